import { describe, expect, it } from 'vitest'
import type { TickRecord } from '../../src/app/recorder.ts'
import type { Desk } from '../../src/cli/desk.ts'
import { RECORD_FORMAT } from '../../src/core/record/record.ts'
import { runId } from '../builders/card.ts'
import { aPollRecord, aWatchRecord } from '../builders/record.ts'
import { sha } from '../builders/time.ts'
import { runDesk } from './run-desk.ts'

/** A desk with these files and folders and no others. */
function replay(
  argv: readonly string[],
  files: { readonly [path: string]: unknown },
  env: Record<string, string> = {},
) {
  const read = (path: string) => {
    const found = files[path]
    if (found === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' })
    return typeof found === 'string' ? found : JSON.stringify(found)
  }
  const list = (path: string) => {
    const names = Object.keys(files).filter((name) => name.startsWith(`${path}/`))
    return names.length === 0 ? null : names.map((name) => name.slice(path.length + 1))
  }
  const untouched: Partial<Desk> = {
    composeDesk: () => {
      throw new Error('replay asks nobody')
    },
  }
  return runDesk(['replay', ...argv], env, { files: { read }, list, ...untouched })
}

const both = {
  'r/poller-1.json': aPollRecord(),
  'r/watcher-1.json': aWatchRecord(),
  'r/.poller-2.json.7.tmp': 'half',
  'r/notes.txt': 'x',
}

describe('afk replay', () => {
  it('says how many decisions are the same, and ends with 0', async () => {
    const { code, out, err } = await replay(['r'], both)
    expect(err).toBe('')
    expect(out).toBe('2 records, 4 decisions with the recorded configuration: 4 the same, 0 would differ.\n')
    expect(code).toBe(0)
  })

  it('heeds neither gates nor AFK_* of its environment', async () => {
    const env = { AFK_KILL_SWITCH: 'nonsense', AFK_PICKUP_DELAY_SECONDS: '7200', AFK_FIX_FORWARD_MAX_ATTEMPTS: 'many' }
    expect((await replay(['r'], both, env)).code).toBe(0)
  })

  it('shows what another configuration would decide, and ends with 1', async () => {
    const settings =
      'agentLogins: [agent]\npickupDelaySeconds: 700\nrepos: {acme/web: {pickupDelaySeconds: 0}}\nfixForward: {maxAttempts: 0}\n'
    const { code, out } = await replay(['r', '--config', 'other.yaml'], { ...both, 'other.yaml': settings })
    expect(out).toBe(`2 records, 4 decisions with other.yaml: 0 the same, 2 would differ, 2 unknown.

poller 2026-11-21T03:00:00.000Z  r/poller-1.json
  acme/shop#1  dispatch -> skip (pickup-delay)
                 pickup-delay: ageSeconds 600, pickupDelaySeconds 700, unblock it starts by itself when the label is old enough
  acme/shop#2  skip (capacity) -> unknown: not recorded: the history of acme/shop#2
  acme/web#3   skip (pickup-delay) -> unknown: not recorded: the permission of maria in acme/web

watcher 2026-11-21T03:00:30.000Z  r/watcher-1.json
  acme/shop#42  fix-forward (red), attempt 1 -> freeze (budget)
                  head ${sha('a')}, failing test, attempts 0, stage ci
`)
    expect(code).toBe(1)
  })

  it('has a stable JSON form', async () => {
    const settings = 'agentLogins: [agent]\nfixForward: {maxAttempts: 0}\n'
    const said = await replay(['r/watcher-1.json', 'gone.json', '--config', 'o', '--json'], { ...both, o: settings })
    expect(said.json()).toEqual({
      command: 'replay',
      version: '1.2.3',
      config: { file: 'o', environment: false },
      totals: { records: 1, same: 0, differs: 1, unknown: 0, undecided: 0, unreadable: 1 },
      records: [
        {
          file: 'r/watcher-1.json',
          program: 'watcher',
          tick: '2026-11-21T03:00:30.000Z',
          version: '1.0.0',
          same: 0,
          differs: 1,
          unknown: 0,
          undecided: 0,
          changes: [
            {
              repo: 'acme/shop',
              issue: 42,
              comparison: 'differs',
              was: { decision: 'fix-forward', codes: ['red'], run: runId, with: { attempt: 1 } },
              now: {
                decision: 'freeze',
                codes: ['budget'],
                run: runId,
                with: {},
                facts: expect.objectContaining({ attempts: 0 }),
              },
              notRecorded: [],
            },
          ],
        },
      ],
      unreadable: [{ file: 'gone.json', why: 'no such file (ENOENT)' }],
    })
    expect(said).toMatchObject({ code: 2, err: '' })
  })

  it('with --env takes the tunables of its environment, over those of the file', async () => {
    const env = { AFK_AGENT_LOGINS: 'agent', AFK_FIX_FORWARD_MAX_ATTEMPTS: '0' }
    const files = { ...both, o: 'fixForward: {maxAttempts: 9}\n' }
    const { out } = await replay(['r/watcher-1.json', '--env'], files, env)
    expect(out).toMatch(/^1 record, 1 decision with the environment: 0 the same, 1 would differ\.$/m)
    expect(out).toContain('acme/shop#42  fix-forward (red), attempt 1 -> freeze (budget)')
    expect((await replay(['r/watcher-1.json', '--env', '--config', 'o'], files, env)).out).toContain(
      'with o and the environment',
    )
    expect((await replay(['r/watcher-1.json', '--config', 'o'], files, env)).out).toContain(
      'unknown: not recorded: what it would have looked at (agentLogins)',
    )
  })

  it('does not guess at what other labels would have shown', async () => {
    const { code, out } = await replay(['r', '--config', 'o'], { ...both, o: 'agentLogins: [agent]\nreadyLabel: go\n' })
    expect(code).toBe(1)
    expect(out).toContain('0 the same, 0 would differ, 4 unknown.')
    expect(out).toContain('acme/web#3   skip (pickup-delay) -> unknown: not recorded: the events of other labels')
  })

  it.each([
    ['a file that is not there', {}, 'no such file (ENOENT)'],
    ['no JSON', { r: 'hello' }, 'neither JSON nor a log at debug level with decision records in it'],
    ['another JSON', { r: { a: 1 } }, 'no decision record of afk: it has no format number'],
    [
      'another format',
      { r: { ...aPollRecord(), format: RECORD_FORMAT + 1 } },
      `its format is ${RECORD_FORMAT + 1}, and this build reads format ${RECORD_FORMAT}: replay it with the build that wrote it (afk 1.0.0)`,
    ],
    [
      'no frame',
      { r: { ...aPollRecord(), tick: 7 } },
      'a damaged decision record: version, tick or program are missing',
    ],
    ['a folder of nothing', { 'r/x.txt': '' }, 'a folder without a .json file'],
  ])('refuses %s with exit 2', async (_what, files: { readonly [path: string]: unknown }, why) => {
    expect(await replay(['r'], files)).toMatchObject({ code: 2, out: '', err: `afk: r: ${why}\n` })
  })

  it('refuses a record without its facts, and still decides the others', async () => {
    const { observation: _gone, ...damaged } = aPollRecord() as Extract<TickRecord, { program: 'poller' }>
    const said = await replay(['a', 'r'], { ...both, a: damaged })
    expect(said.code).toBe(2)
    expect(said.err).toMatch(/^afk: a: a damaged decision record, or one of another build: /)
    expect(said.out).toContain('2 records, 4 decisions')
  })

  it('refuses a configuration that is wrong, with every problem', async () => {
    const files = { ...both, o: 'pickupDelaySeconds: soon\nmaxNudgse: 3\n' }
    const said = await replay(['r', '--config', 'o'], files)
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.err).toContain('the configuration has 2 problem(s)')
    expect((await replay(['r', '--config', 'o', '--json'], files)).json()).toMatchObject({
      error: { category: 'config', problems: [{ path: 'pickupDelaySeconds' }, { path: 'maxNudgse' }] },
    })
    const gone = await replay(['r', '--config', 'gone.yaml'], both)
    expect(gone).toMatchObject({ code: 2, out: '' })
    expect(gone.err).toContain('--config (gone.yaml)\n')
    expect(gone.err).not.toContain('AFK_CONFIG_FILE')
  })

  it.each([
    [[], 'name at least one: afk replay FILE...'],
    [['--confg', 'x', 'r'], 'there is no option --confg; did you mean --config?'],
    [['r', '--config'], '--config needs a value: --config FILE'],
  ])('refuses %j', async (argv, message) => {
    const said = await replay(argv, both)
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.err.split('\n')[0]).toBe(`afk: ${message}`)
  })
})
