import * as z from 'zod'
import type { RepoName } from '../../core/model.ts'
import type { Ci } from '../../ports/ci.ts'
import { newestChecks } from './check-nodes.ts'
import { checksBatch, moreChecksBatch, unknownCommit } from './checks.ts'
import type { Client } from './client.ts'
import { checksFields, checksShape } from './commit-checks.ts'
import { allNodes } from './connection.ts'
import { continueEach } from './each.ts'
import type { Batch } from './graphql.ts'
import { runBatch } from './graphql.ts'

interface Asked {
  readonly repo: RepoName
  readonly sha: string
}

const operation = { port: 'ci', operation: 'closeUp' } as const

/** One query, and three points, for 100 commits; another for each further page of checks. */
export function createCloseUp(client: Client): Ci['closeUp'] {
  return async (commits) => {
    const answers = await runBatch(client, operation, closeUpBatch, commits)
    return continueEach(answers, async (found, { repo, sha }) => {
      if (found === null) throw unknownCommit('closeUp', repo, sha)
      const seen = await allNodes(client, operation, moreChecksBatch, { repo, sha }, found.statusCheckRollup)
      return {
        parents: found.parents.nodes.map(({ oid }) => oid),
        checks: [...newestChecks(seen), ...found.checkSuites],
      }
    })
  }
}

/** Git knows merges of many branches at once; the most that were ever seen is 66. */
const commitSchema = z.object({
  parents: z.object({ nodes: z.array(z.object({ oid: z.string() })) }),
  ...checksShape,
})

export const closeUpBatch: Batch<Asked, z.infer<typeof commitSchema> | null> = {
  ...checksBatch,
  name: 'CloseUp',
  size: 100,
  selection: `repository(owner: $owner, name: $name) { object(oid: $oid) { ... on Commit {
    parents(first: 100) { nodes { oid } }
    ${checksFields}
  } } }`,
  schema: z.object({ object: commitSchema.nullable() }).transform(({ object }) => object),
}
