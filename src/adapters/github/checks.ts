import * as z from 'zod'
import type { Check, RepoName } from '../../core/model.ts'
import type { Ci } from '../../ports/ci.ts'
import { PortError } from '../../ports/errors.ts'
import type { SeenCheck } from './check-nodes.ts'
import { contextFields, newestChecks } from './check-nodes.ts'
import type { Client } from './client.ts'
import type { CommitChecks } from './commit-checks.ts'
import { checksFields, checksSchema, rollupSchema } from './commit-checks.ts'
import type { Page } from './connection.ts'
import { allNodes, pageInfoFields } from './connection.ts'
import { continueEach } from './each.ts'
import type { Batch } from './graphql.ts'
import { runBatch } from './graphql.ts'
import { inRepo, ownerAndName } from './names.ts'
import { restPages } from './pages.ts'

interface Asked {
  readonly repo: RepoName
  readonly sha: string
}

const operation = { port: 'ci', operation: 'checks' } as const

/** One query, and one point, for 20 commits; and one request for each that has a failed or cancelled check. */
export function createChecks(client: Client): Ci['checks'] {
  return async (commits) => {
    const answers = await runBatch(client, operation, checksBatch, commits)
    return continueEach(answers, async (found, { repo, sha }) => {
      if (found === null) throw unknownCommit('checks', repo, sha)
      const seen = await allNodes(client, operation, moreChecksBatch, { repo, sha }, found.contexts)
      const checks = [...newestChecks(seen), ...found.broken]
      return {
        sha,
        checks,
        attempt: checks.some(hasFailed) ? await highestAttempt(client, repo, sha) : 1,
      }
    })
  }
}

export function unknownCommit(name: string, repo: RepoName, sha: string): PortError {
  return new PortError('ci', name, 'not-found', `github ${name} of ${repo} ${sha}: no such commit`)
}

function hasFailed({ conclusion }: Check): boolean {
  return conclusion !== null && !['success', 'neutral', 'skipped'].includes(conclusion)
}

/** A token that may read checks and not Actions cannot run anything again either: for it there was one attempt. */
async function highestAttempt(client: Client, repo: RepoName, sha: string): Promise<number> {
  const call = { ...operation, subject: `${repo} ${sha}` }
  const schema = runsSchema.transform(({ workflow_runs }) => workflow_runs.map((run) => run.run_attempt))
  let highest = 1
  try {
    const parameters = { ...inRepo(repo), head_sha: sha }
    for await (const attempts of restPages(
      client,
      call,
      'GET /repos/{owner}/{repo}/actions/runs',
      parameters,
      schema,
    )) {
      highest = Math.max(highest, ...attempts)
    }
  } catch (error) {
    if (error instanceof PortError && (error.category === 'forbidden' || error.category === 'not-found')) return 1
    throw error
  }
  return highest
}

const runsSchema = z.object({
  workflow_runs: z.array(z.object({ run_attempt: z.int().default(1) })),
})

export const checksBatch: Batch<Asked, CommitChecks | null> = {
  name: 'Checks',
  size: 20,
  variables: { owner: 'String!', name: 'String!', oid: 'GitObjectID!' },
  values: ({ repo, sha }) => ({ ...ownerAndName(repo), oid: sha }),
  selection: `repository(owner: $owner, name: $name) { object(oid: $oid) { ... on Commit {
    ${checksFields}
  } } }`,
  schema: z.object({ object: checksSchema.nullable() }).transform(({ object }) => object),
  subject: ({ repo, sha }) => `${repo} ${sha}`,
}

export const moreChecksBatch: Batch<{ readonly ref: Asked; readonly after: string }, Page<SeenCheck>> = {
  name: 'MoreChecks',
  size: 1,
  variables: { ...checksBatch.variables, after: 'String' },
  values: ({ ref, after }) => ({ ...checksBatch.values(ref), after }),
  selection: `repository(owner: $owner, name: $name) { object(oid: $oid) { ... on Commit {
    statusCheckRollup { contexts(first: 100, after: $after) { nodes { ${contextFields} } ${pageInfoFields} } }
  } } }`,
  schema: z
    .object({ object: z.object({ statusCheckRollup: rollupSchema }) })
    .transform(({ object }) => object.statusCheckRollup),
  subject: ({ ref }) => `${ref.repo} ${ref.sha}`,
}
