import { runCommand } from './run-command.ts'
import { countTests, type Counts } from './count-tests.ts'

export interface Step {
  readonly name: string
  /** Program and arguments; no shell reads them. */
  readonly command: readonly [string, ...string[]]
  readonly timeoutMs: number
  /** Where the command writes vitest's JSON report. Such a step counts its tests, any other counts as one. */
  readonly report?: string
  /** Why this step cannot run; said aloud and counted as nothing. */
  readonly skip?: string
}

/**
 * Runs every step, whatever became of the one before, with its output as it comes. At the end stands what failed, by name, for whoever
 * sees only the end, below what `closing` has to say of all; the last line is `N passed, N failed`.
 * Answers the exit code: 0 when something passed and nothing failed.
 */
export async function runSteps(
  steps: readonly Step[],
  cwd: string,
  say: (text: string) => void,
  closing: () => string = () => '',
): Promise<0 | 1> {
  const lines: string[] = []
  const failures: string[] = []
  let passed = 0
  let failed = 0
  for (const step of steps) {
    say(`\n== ${step.name}\n`)
    const { counts, line } = await runStep(step, cwd, say)
    lines.push(line)
    failures.push(...counts.failures.map((one) => `- ${one}`))
    passed += counts.passed
    failed += counts.failed
  }
  say(`\n${closing()}\n${[...lines, ...failures, `${passed} passed, ${failed} failed`].join('\n')}\n`)
  return failed === 0 && passed > 0 ? 0 : 1
}

async function runStep(
  step: Step,
  cwd: string,
  say: (text: string) => void,
): Promise<{ counts: Counts; line: string }> {
  if (step.skip !== undefined) {
    say(`!!! SKIPPED: ${step.name}: ${step.skip}\n`)
    return { counts: { passed: 0, failed: 0, failures: [] }, line: `SKIPPED  ${step.name}: ${step.skip}` }
  }
  const started = performance.now()
  const problem = await runCommand(step.command, { cwd, timeoutMs: step.timeoutMs, say })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const counts = step.report === undefined ? asOne(problem) : countTests(step.report, problem)
  const verdict = counts.failed === 0 ? 'ok      ' : 'FAILED  '
  return { counts, line: `${verdict} ${step.name} (${seconds} s)${problem === undefined ? '' : `: ${problem}`}` }
}

function asOne(problem: string | undefined): Counts {
  return problem === undefined ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [] }
}
