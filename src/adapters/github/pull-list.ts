import * as z from 'zod'
import type { PullSummary } from '../../core/pull-model.ts'
import type { Pulls } from '../../ports/pulls.ts'
import { instantSchema } from './actor.ts'
import type { Client } from './client.ts'
import { inRepo } from './names.ts'
import { restPages } from './pages.ts'

const maxPulls = 1000

/**
 * The newest pull requests of a repo. REST filters by a whole branch name only (`head=`), and an agent chooses the middle of it; the
 * search lags behind. So the list is read newest first, as far back as the run reaches.
 */
export function createPullList(client: Client): Pulls['list'] {
  return async (repo, { since, prefix }) => {
    const call = { port: 'tracker', operation: 'list', subject: repo } as const
    const route = 'GET /repos/{owner}/{repo}/pulls'
    const parameters = { ...inRepo(repo), state: 'all', sort: 'created', direction: 'desc' }
    const pulls: PullSummary[] = []
    for await (const page of restPages(client, call, route, parameters, pageSchema)) {
      pulls.push(...page)
      if (pulls.length >= maxPulls || page.some(({ createdAt }) => createdAt < since)) break
    }
    return pulls.filter(({ branch, createdAt }) => createdAt >= since && branch.startsWith(prefix))
  }
}

const pageSchema: z.ZodType<readonly PullSummary[]> = z.array(
  z
    .object({
      number: z.int(),
      state: z.string(),
      merged_at: z.string().nullable(),
      created_at: instantSchema,
      // Null when the fork is gone.
      head: z.object({ ref: z.string(), repo: z.object({ id: z.int() }).nullable() }),
      base: z.object({ repo: z.object({ id: z.int() }) }),
    })
    .transform(({ number, state, merged_at, created_at, head, base }) => ({
      number,
      state: merged_at === null ? (state === 'open' ? ('open' as const) : ('closed' as const)) : ('merged' as const),
      branch: head.ref,
      sameRepo: head.repo?.id === base.repo.id,
      createdAt: created_at,
    })),
)
