import * as z from 'zod'
import type { IssueRef } from '../../core/model.ts'
import type { MergeMethod } from '../../core/pull-model.ts'
import { PortError, type Category } from '../../ports/errors.ts'
import type { Pulls } from '../../ports/pulls.ts'
import type { Client } from './client.ts'
import { describeCall, type Call } from './errors.ts'
import { runOne, type Batch } from './graphql.ts'
import { mutate } from './mutate.ts'
import { inRepo, issueName, ownerAndName } from './names.ts'
import { parseAnswer, plainWord } from './parse.ts'

/**
 * Merges, or hands to the queue. It looks first: an administrator's token may merge past required reviews, checks and the queue, and
 * GitHub then answers 200 instead of a refusal; so what the branch demands is asked for, not tried out (SPEC 15.5). An answer may get
 * lost: what the pull request says of itself afterwards decides.
 */
export function createMerge(client: Client): Pulls['merge'] {
  return async (repo, number, { head, method, title, message }) => {
    const call = { port: 'tracker', operation: 'merge', subject: `${repo}#${String(number)}` } as const
    const look = () => runOne(client, { port: 'tracker', operation: 'merge' }, standingBatch, { repo, number })
    const standing = await look()
    if (standing.state === 'MERGED') return 'merged'
    if (standing.isInMergeQueue) return 'queued'
    if (standing.headRefOid !== head) throw failure(call, 'conflict', 'its head has moved')
    const obstacle = obstacleOf(standing, method)
    if (obstacle !== null) throw failure(call, 'refused', `it is ${obstacle}, expected open and mergeable`)
    if (standing.mergeStateStatus === 'UNKNOWN')
      throw failure(
        call,
        'conflict',
        'head or base moved a moment ago, and GitHub has yet to compute whether it merges',
      )
    try {
      if (standing.isMergeQueueEnabled) {
        await mutate(client, call, enqueueDocument, { id: standing.id, head }, { once: true })
        return 'queued'
      }
      const route = 'PUT /repos/{owner}/{repo}/pulls/{number}/merge'
      const words = method === 'rebase' ? {} : { commit_title: title, commit_message: message }
      const parameters = { ...inRepo(repo), number, sha: head, merge_method: method, ...words }
      const answer = await client.rest(call, route, parameters, { once: true })
      parseAnswer(mergedSchema, answer.data, call)
      return 'merged'
    } catch (error) {
      if (!(error instanceof PortError) || error.category === 'auth' || error.category === 'rate') throw error
      const after = await look()
      if (after.state === 'MERGED') return 'merged'
      if (after.isInMergeQueue) return 'queued'
      // Hidden from this token for writing only: it was read a moment ago.
      if (error.category === 'not-found') throw failure(call, 'forbidden', 'this token may not merge it')
      throw error
    }
  }
}

/**
 * In GitHub's words; null where nothing stands in the way, as far as it knows. A pull request that waits for nothing but a queue is
 * `CLEAN`. The decision of its reviewers is asked for by itself: what GitHub tells an administrator of the rest is not documented.
 */
function obstacleOf(standing: Standing, method: MergeMethod): string | null {
  const { state, isDraft, mergeStateStatus, reviewDecision, baseRef, isMergeQueueEnabled } = standing
  if (state !== 'OPEN') return plainWord(state)
  if (isDraft) return 'DRAFT'
  // A queue merges in its own way.
  const isLinear = baseRef?.refUpdateRule?.requiresLinearHistory === true && !isMergeQueueEnabled
  if (isLinear && method === 'merge') return 'to be merged onto a linear history'
  if (reviewDecision === 'REVIEW_REQUIRED' || reviewDecision === 'CHANGES_REQUESTED') return reviewDecision
  return passable.has(mergeStateStatus) ? null : plainWord(mergeStateStatus)
}

const passable: ReadonlySet<string> = new Set(['CLEAN', 'HAS_HOOKS', 'UNSTABLE', 'UNKNOWN'])

function failure(call: Call, category: Category, words: string): PortError {
  return new PortError(call.port, call.operation, category, `${describeCall(call)}: ${words}`)
}

const mergedSchema = z.object({ merged: z.literal(true) })

const standingSchema = z.object({
  id: z.string(),
  state: z.string(),
  isDraft: z.boolean(),
  headRefOid: z.string(),
  mergeStateStatus: z.string(),
  reviewDecision: z.string().nullable(),
  isInMergeQueue: z.boolean(),
  isMergeQueueEnabled: z.boolean(),
  baseRef: z.object({ refUpdateRule: z.object({ requiresLinearHistory: z.boolean() }).nullish() }).nullish(),
})
type Standing = z.infer<typeof standingSchema>

export const standingBatch: Batch<IssueRef, Standing> = {
  name: 'Standing',
  size: 1,
  variables: { owner: 'String!', name: 'String!', number: 'Int!' },
  values: ({ repo, number }) => ({ ...ownerAndName(repo), number }),
  selection: `repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id state isDraft headRefOid mergeStateStatus reviewDecision isInMergeQueue isMergeQueueEnabled
      baseRef { refUpdateRule { requiresLinearHistory } }
    }
  }`,
  schema: z.object({ pullRequest: standingSchema }).transform(({ pullRequest }) => pullRequest),
  subject: issueName,
  mayHide: 'refUpdateRule',
}

export const enqueueDocument = `mutation Enqueue($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { state } }
}`
