import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'

export interface Counts {
  readonly passed: number
  readonly failed: number
}

const vitestReport = z.object({
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
})

/**
 * The tests in a JSON report of vitest. A file that failed without a failed test (it does not load) counts as one
 * failure; so does a run that failed although every test passed: coverage below its threshold, an unhandled error, no
 * report at all.
 */
export function countTests(path: string, problem: string | undefined): Counts {
  const { testResults } = existsSync(path)
    ? vitestReport.parse(JSON.parse(readFileSync(path, 'utf8')))
    : { testResults: [] }
  const ofFile = testResults.map(({ status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').length
    return {
      passed: assertionResults.filter((test) => test.status === 'passed').length,
      failed: failed || (status === 'failed' ? 1 : 0),
    }
  })
  const passed = ofFile.reduce((sum, file) => sum + file.passed, 0)
  const failed = ofFile.reduce((sum, file) => sum + file.failed, 0)
  return { passed, failed: failed === 0 && (problem !== undefined || passed === 0) ? 1 : failed }
}
