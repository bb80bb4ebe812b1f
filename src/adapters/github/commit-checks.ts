import * as z from 'zod'
import type { Check } from '../../core/model.ts'
import type { SeenCheck } from './check-nodes.ts'
import { contextFields, contextSchema } from './check-nodes.ts'
import type { Page } from './connection.ts'
import { connectionOf, pageInfoFields } from './connection.ts'

/** What GraphQL's `Commit` tells of its checks: the rollup's first page, and workflows that could not even start. */
export interface CommitChecks {
  readonly contexts: Page<SeenCheck>
  readonly broken: readonly Check[]
}

/** Two connections. */
export const checksFields = `statusCheckRollup { contexts(first: 100) { nodes { ${contextFields} } ${pageInfoFields} } }
    checkSuites(first: 100) { nodes { conclusion workflowRun { databaseId url } } }`

export const rollupSchema = z
  .object({ contexts: connectionOf(contextSchema) })
  .nullable()
  .transform((rollup): Page<SeenCheck> => rollup?.contexts ?? { nodes: [], next: null })

/** What a workflow that could not even start is called: it has no check whose name could be taken, and its page tells which it is. */
const brokenWorkflow = 'workflow startup'

/**
 * A workflow file that is broken makes a suite that fails without a single check run, so no rollup shows it.
 * A push starts a handful of workflows: a hundred suites are all of them.
 */
const suitesSchema = z
  .object({
    nodes: z.array(
      z.object({
        conclusion: z.string().nullable(),
        workflowRun: z.object({ databaseId: z.number().nullable(), url: z.string() }).nullable(),
      }),
    ),
  })
  .nullish()
  .transform((suites) => (suites?.nodes ?? []).filter((suite) => suite.conclusion === 'STARTUP_FAILURE'))
  .transform((suites) =>
    suites.map(({ workflowRun }): Check => ({
      name: brokenWorkflow,
      kind: 'check-run',
      conclusion: 'startup-failure',
      url: workflowRun?.url ?? null,
      workflowRun: workflowRun?.databaseId ?? null,
      job: null,
    })),
  )

export const checksShape = { statusCheckRollup: rollupSchema, checkSuites: suitesSchema }

export const checksSchema = z.object(checksShape).transform(({ statusCheckRollup, checkSuites }): CommitChecks => ({
  contexts: statusCheckRollup,
  broken: checkSuites,
}))
