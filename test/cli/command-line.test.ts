import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { painter } from '../../src/cli/paint.ts'
import { table, width } from '../../src/cli/table.ts'
import { factsText, span } from '../../src/cli/words.ts'
import { runDesk } from './run-desk.ts'

const commands = ['plan', 'status', 'doctor', 'halt', 'replay']

describe('the command line', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('lists the commands for %j', async (argv) => {
    const { code, out, err } = await runDesk(argv, {})
    expect(code).toBe(0)
    expect(err).toBe('')
    for (const name of commands) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(out).toContain('Exit codes: 0 all well; 1 ')
    expect(out).toContain('More: npm run -s afk -- <command> --help.')
  })

  it('names itself as it was started', async () => {
    const bundled = { typed: 'afk' }
    expect((await runDesk([], {}, bundled)).out).toContain('Usage: afk <command> [options]')
    expect((await runDesk(['plan', '--banana'], {}, bundled)).err).toContain('\nTry afk plan --help.\n')
  })

  it.each(commands)('explains %s: options, JSON form, exit codes', async (name) => {
    const { code, out } = await runDesk([name, '--help'], {})
    expect(code).toBe(0)
    expect(out.startsWith(`afk ${name}: `)).toBe(true)
    for (const words of ['--json', '--help', '--json: {command', 'Exit codes: 0 ']) expect(out).toContain(words)
    expect(await runDesk(['help', name], {})).toMatchObject({ code: 0, out })
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  })

  it('tells its version', async () => {
    expect(await runDesk(['--version'], {})).toMatchObject({ code: 0, out: 'afk 1.2.3\n' })
  })

  it.each([
    [['plna'], 'there is no command "plna"; did you mean plan?'],
    [['stauts'], 'there is no command "stauts"; did you mean status?'],
    [['stat'], 'there is no command "stat"; did you mean status?'],
    [['docter'], 'there is no command "docter"; did you mean doctor?'],
    [['repaly'], 'there is no command "repaly"; did you mean replay?'],
    [['help', 'hlat'], 'there is no command "hlat"; did you mean halt?'],
    [['fly'], 'there is no command "fly": there are plan, status, doctor, halt, replay'],
    [['--json', 'plan'], 'expected a command before --json: one of plan, status, doctor, halt, replay'],
    [['plan', '--isue', 'a/b#1'], 'there is no option --isue; did you mean --issue?'],
    [['doctor', '--fix-label'], 'there is no option --fix-label; did you mean --fix-labels?'],
    [['halt', '--banana'], 'there is no option --banana'],
    [['plan', '--repo'], '--repo needs a value: --repo OWNER/NAME'],
    [['plan', '--repo', '--json'], '--repo needs a value: --repo OWNER/NAME'],
    [['plan', '--json=yes'], '--json takes no value'],
    [['plan', '--repo', 'a/b', '--repo', 'a/c'], '--repo is given twice'],
    [['status', 'acme/shop'], '"acme/shop" is too much: afk status takes options only'],
  ])('refuses %j with exit 2', async (argv, message) => {
    const said = await runDesk(argv, {})
    // Programs get a document whatever is wrong.
    const document = `${JSON.stringify({ error: { category: 'usage', message } })}\n`
    expect(said).toMatchObject({ code: 2, out: argv.includes('--json') ? document : '' })
    expect(said.err.split('\n')[0]).toBe(`afk: ${message}`)
    expect(said.err).toMatch(/^Try npm run -s afk -- (?:[a-z]+ )?--help\.$/m)
  })

  it('runs as npm starts it, and answers at once', async () => {
    const file = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [file, '--help'], { env: {} })
    expect(stdout).toContain('Usage: npm run -s afk -- <command> [options]')
    const failed = await promisify(execFile)(process.execPath, [file, 'plan'], { env: {} }).catch(
      (error: unknown) => error,
    )
    expect(failed).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('AFK_T3_URL (env AFK_T3_URL)'),
    })
  })
})

describe('colours', () => {
  it('are for terminals that want them', () => {
    expect(painter(true, {})('red', 'x')).toBe('\u001B[31mx\u001B[39m')
    expect(painter(false, {})('red', 'x')).toBe('x')
    expect(painter(true, { NO_COLOR: '1' })('red', 'x')).toBe('x')
    expect(painter(true, { NO_COLOR: '' })('red', 'x')).not.toBe('x')
    expect(painter(true, { TERM: 'dumb' })('red', 'x')).toBe('x')
  })
})

describe('a table', () => {
  it('aligns columns whatever is painted or wide in them', () => {
    const paint = painter(true, {})
    const rows = [
      [paint('red', 'a'), 'b', 'c'],
      ['long', '日本', 'c'],
      ['x', '', ''],
    ]
    expect(table(rows)).toBe(`${paint('red', 'a')}     b     c\nlong  日本  c\nx`)
    expect(width('é日')).toBe(3)
    expect(table([])).toBe('')
  })
})

describe('words', () => {
  it.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [12_000_000, '3 h 20 min'],
    [90_000_000, '1 d 1 h'],
  ])('tell %d ms as %s', (ms, words) => {
    expect(span(ms)).toBe(words)
  })

  it('tell facts in a line, without what is not known', () => {
    expect(factsText({ by: 'ada', at: null, names: ['a', 'b'], none: [], n: 0 })).toBe('by ada, names a and b, n 0')
  })
})

describe('with --json, what is refused after the configuration was read is a document too', () => {
  const env = { AFK_T3_URL: 'http://127.0.0.1:9', AFK_T3_TOKEN: 'x', AFK_GITHUB_TOKEN: 'y' }

  it.each([
    [['plan'], 'the allowlist is empty: name what to look at with --repo owner/name'],
    [['plan', '--issue', 'x'], '--issue: expected owner/name#12, or 12 with --repo, got "x"'],
    [['status', '--repo', 'x'], '--repo: expected owner/name, exactly, without wildcards, got "x"'],
    [['status', '--every', '1'], '--every: expected seconds from 2 to 3600, got "1"'],
    [['doctor', '--repo', 'x'], '--repo: expected owner/name, exactly, without wildcards, got "x"'],
    [['doctor', '--fix-labels'], 'no repo to make labels in: set AFK_ALLOWLIST, or name one with --repo owner/name'],
    [['halt', '--wait', '61'], '--wait: expected seconds from 0 to 60, got "61"'],
  ])('%j', async (argv, message) => {
    const said = await runDesk([...argv, '--json'], env)
    expect(said.code).toBe(2)
    expect(said.json()).toEqual({ error: { category: 'usage', message } })
    expect(said.err).toContain(`afk: ${message}\n`)
    expect((await runDesk(argv, env)).out).toBe('')
  })

  it('and every --help says so', async () => {
    for (const name of commands) expect((await runDesk([name, '--help'], {})).out).toContain('{error: {category, ...}}')
  })
})

it('status says that --every alone does nothing', async () => {
  const said = await runDesk(['status', '--every', '5', '--repo', 'x'], {
    AFK_T3_URL: 'http://127.0.0.1:9',
    AFK_T3_TOKEN: 'x',
    AFK_GITHUB_TOKEN: 'y',
  })
  expect(said.err).toContain('afk: --every has no effect without --watch\n')
})
