import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runSteps, type Step } from './run-steps.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'afk-steps-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const script = (name: string, code: string, more: Partial<Step> = {}): Step => ({
  name,
  command: [process.execPath, '-e', code],
  timeoutMs: 10_000,
  ...more,
})

async function run(...steps: Step[]) {
  let output = ''
  const exitCode = await runSteps(steps, folder, (text) => (output += text))
  return { exitCode, output, lastLine: output.trimEnd().split('\n').at(-1) }
}

/** A step that leaves a report of vitest with these files, each a status and the statuses of its tests. */
function tested(code: string, ...files: readonly (readonly [string, ...string[]])[]): Step {
  const report = join(folder, 'report.json')
  const testResults = files.map(([status, ...tests]) => ({
    status,
    name: join(process.cwd(), 'a.test.ts'),
    message: 'it does not load',
    assertionResults: tests.map((test, n) => ({
      status: test,
      fullName: `test ${n}`,
      failureMessages: test === 'failed' ? ['expected 1 to be 2\n  at a line'] : null,
    })),
  }))
  writeFileSync(report, JSON.stringify({ testResults }))
  return script('tests', code, { report })
}

describe('runSteps', () => {
  it('counts a step as one and passes its output on', async () => {
    const { exitCode, output, lastLine } = await run(script('a', 'console.log("seen")'), script('b', ''))
    expect({ exitCode, lastLine }).toEqual({ exitCode: 0, lastLine: '2 passed, 0 failed' })
    expect(output).toContain('seen')
  })

  it('goes on after a failing step and fails at the end', async () => {
    const { exitCode, output, lastLine } = await run(script('a', 'process.exit(3)'), script('b', 'console.log("seen")'))
    expect({ exitCode, lastLine }).toEqual({ exitCode: 1, lastLine: '1 passed, 1 failed' })
    expect(output).toContain('FAILED   a')
    expect(output).toContain('exit code 3')
    expect(output).toContain('seen')
  })

  it('says aloud what it skips and counts it as nothing', async () => {
    const { exitCode, output, lastLine } = await run(script('a', ''), script('b', '', { skip: 'not there yet' }))
    expect({ exitCode, lastLine }).toEqual({ exitCode: 0, lastLine: '1 passed, 0 failed' })
    expect(output).toContain('!!! SKIPPED: b: not there yet')
  })

  it('fails when every step is skipped', async () => {
    expect((await run(script('a', '', { skip: 'no' }))).exitCode).toBe(1)
  })

  it('fails a program that cannot be started', async () => {
    const { exitCode, output } = await run({ name: 'a', command: [join(folder, 'none')], timeoutMs: 1000 })
    expect(exitCode).toBe(1)
    expect(output).toContain('cannot start')
  })

  it('kills a step that does not end, with what it started', async () => {
    const grandchild = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })`
    const { exitCode, output } = await run(script('a', grandchild, { timeoutMs: 700 }))
    expect(exitCode).toBe(1)
    expect(output).toContain('not finished after 0.7 s')
  })

  it('gives no standard input', async () => {
    const { exitCode } = await run(script('a', 'process.stdin.on("end", () => process.exit(0)).resume()'))
    expect(exitCode).toBe(0)
  })
})

describe('a step with tests', () => {
  it('counts them, without the skipped ones', async () => {
    const { exitCode, lastLine } = await run(tested('', ['passed', 'passed', 'passed', 'skipped']), script('b', ''))
    expect({ exitCode, lastLine }).toEqual({ exitCode: 0, lastLine: '3 passed, 0 failed' })
  })

  it('counts failed tests, and a file that does not load as one', async () => {
    const { exitCode, lastLine } = await run(
      tested('process.exit(1)', ['failed', 'passed', 'failed', 'failed'], ['failed']),
    )
    expect({ exitCode, lastLine }).toEqual({ exitCode: 1, lastLine: '1 passed, 3 failed' })
  })

  it('names what failed at the end, for whoever sees only that', async () => {
    const { output } = await run(tested('process.exit(1)', ['failed', 'passed', 'failed'], ['failed']), script('b', ''))
    expect(output).toMatch(
      /\n- a\.test\.ts > test 1: expected 1 to be 2\n- a\.test\.ts: it does not load\n2 passed, 2 failed\n$/,
    )
  })

  it('counts one failure when all tests pass and the run does not (coverage)', async () => {
    const { exitCode, lastLine } = await run(tested('process.exit(1)', ['passed', 'passed']))
    expect({ exitCode, lastLine }).toEqual({ exitCode: 1, lastLine: '1 passed, 1 failed' })
  })

  it('fails without a report, and with an empty one', async () => {
    expect((await run(script('a', '', { report: join(folder, 'none.json') }))).lastLine).toBe('0 passed, 1 failed')
    expect((await run(tested(''))).lastLine).toBe('0 passed, 1 failed')
  })
})
