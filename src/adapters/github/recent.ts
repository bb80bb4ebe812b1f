import * as z from 'zod'
import type { RecentCommits } from '../../ports/tracker.ts'
import { toActor } from './actor.ts'
import { newestChecks } from './check-nodes.ts'
import { checksFields, checksShape } from './commit-checks.ts'

/**
 * The newest commits of the default branch: three connections, whatever is in it. Their parents would be a connection for each, a
 * point for every run: see `closeUp`.
 */
export const recentField = `defaultBranchRef { target { oid ... on Commit {
    history(first: 100) { nodes { oid message url author { user { login } } } }
    ${checksFields}
  } } }`

/** `GitActor.user` shows a bot with its `[bot]`, like REST. */
const commitShape = {
  oid: z.string(),
  message: z.string(),
  url: z.string(),
  author: z.object({ user: z.object({ login: z.string() }).nullable() }).nullable(),
}

export const recentSchema = z
  .object({
    target: z.object({ history: z.object({ nodes: z.array(z.object(commitShape)) }), ...checksShape }),
  })
  .transform(({ target: { history, statusCheckRollup, checkSuites } }): RecentCommits => ({
    commits: history.nodes.map(({ oid, message, url, author }) => ({
      sha: oid,
      message,
      author: author?.user ? toActor(author.user.login, false) : null,
      url,
    })),
    checks: statusCheckRollup.next === null ? [...newestChecks(statusCheckRollup.nodes), ...checkSuites] : null,
  }))
