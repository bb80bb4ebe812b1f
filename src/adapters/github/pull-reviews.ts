import * as z from 'zod'
import type { IssueRef } from '../../core/model.ts'
import type { PullReview } from '../../core/pull-model.ts'
import { type Category, PortError } from '../../ports/errors.ts'
import { instantSchema, restUserSchema } from './actor.ts'
import type { Client } from './client.ts'
import { inRepo } from './names.ts'
import { restPages } from './pages.ts'

/**
 * Each reviewer's newest word by REST, for a server that does not answer `latestOpinionatedReviews`; none where it does not tell that
 * either: then nobody has approved, as far as can be known. A comment takes back nothing; a dismissed review counts no more.
 */
export async function readReviews(client: Client, ref: IssueRef): Promise<readonly PullReview[]> {
  try {
    return await newestReviews(client, ref)
  } catch (error) {
    if (error instanceof PortError && untold.includes(error.category)) return []
    throw error
  }
}

const untold: readonly Category[] = ['contract', 'forbidden', 'not-found']

async function newestReviews(client: Client, { repo, number }: IssueRef): Promise<readonly PullReview[]> {
  const call = { port: 'tracker', operation: 'view', subject: `${repo}#${String(number)}` } as const
  const route = 'GET /repos/{owner}/{repo}/pulls/{number}/reviews'
  const newest = new Map<string, PullReview | null>()
  for await (const page of restPages(client, call, route, { ...inRepo(repo), number }, reviewsSchema)) {
    for (const { user, state, commit_id, submitted_at } of page) {
      if (user === null || submitted_at == null || !opinions.includes(state)) continue
      const said = state === 'APPROVED' ? 'approved' : 'changes-requested'
      const review = { author: user, state: said, commit: commit_id ?? null, at: submitted_at } as const
      newest.set(`${user.kind} ${user.login.toLowerCase()}`, state === 'DISMISSED' ? null : review)
    }
  }
  return [...newest.values()].filter((review) => review !== null)
}

const opinions: readonly string[] = ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']

/** Oldest first. */
const reviewsSchema = z.array(
  z.object({
    user: restUserSchema,
    state: z.string(),
    commit_id: z.string().nullish(),
    submitted_at: instantSchema.nullish(),
  }),
)
