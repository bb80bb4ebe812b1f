import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import * as z from 'zod'

export interface Counts {
  readonly passed: number
  readonly failed: number
  /** What failed, a line each: file, test, and the first line of why. */
  readonly failures: readonly string[]
}

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string().default('?'),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string().default('?'),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
})

type FileResult = z.output<typeof vitestReport>['testResults'][number]

/**
 * The tests in a JSON report of vitest. A file that failed without a failed test (it does not load) counts as one
 * failure; so does a run that failed although every test passed: coverage below its threshold, an unhandled error, no
 * report at all.
 */
export function countTests(path: string, problem: string | undefined): Counts {
  const { testResults } = existsSync(path)
    ? vitestReport.parse(JSON.parse(readFileSync(path, 'utf8')))
    : { testResults: [] }
  const passed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((test) => test.status === 'passed').length
  const failures = testResults.flatMap(failuresOf)
  if (failures.length === 0 && (problem !== undefined || passed === 0))
    failures.push('no failed test was reported: coverage below its threshold, an unhandled error, or no report')
  return { passed, failed: failures.length, failures }
}

function failuresOf({ name, status, message, assertionResults }: FileResult): string[] {
  const file = relative(process.cwd(), name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (failed.length === 0) return status === 'failed' ? [`${file}: ${firstLine(message)}`] : []
  return failed.map(({ fullName, failureMessages }) => `${file} > ${fullName}: ${firstLine(failureMessages?.[0])}`)
}

function firstLine(text = ''): string {
  return (text.split('\n')[0] ?? '').slice(0, 300)
}
