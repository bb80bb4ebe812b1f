import * as z from 'zod'
import type { IssueRef } from '../../core/model.ts'
import { PortError, type Category } from '../../ports/errors.ts'
import type { Pulls } from '../../ports/pulls.ts'
import type { Client } from './client.ts'
import { describeCall, type Call } from './errors.ts'
import { runOne, type Batch } from './graphql.ts'
import { mutate } from './mutate.ts'
import { inRepo, issueName, ownerAndName } from './names.ts'
import { parseAnswer } from './parse.ts'

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
    if (standing.state !== 'OPEN' || standing.isDraft || !mergeable.has(standing.mergeStateStatus)) {
      throw failure(
        call,
        'refused',
        `it is ${standing.state} and ${standing.mergeStateStatus}, expected open and mergeable`,
      )
    }
    try {
      if (standing.isMergeQueueEnabled) {
        await mutate(client, call, enqueueDocument, { id: standing.id, head }, { idempotent: false })
        return 'queued'
      }
      const route = 'PUT /repos/{owner}/{repo}/pulls/{number}/merge'
      const words = method === 'rebase' ? {} : { commit_title: title, commit_message: message }
      const parameters = { ...inRepo(repo), number, sha: head, merge_method: method, ...words }
      const answer = await client.rest(call, route, parameters, { idempotent: false })
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

/** A queue takes what waits for nothing but the queue: GitHub calls that `BLOCKED` for some rules, and refuses what may not enter. */
const mergeable: ReadonlySet<string> = new Set(['CLEAN', 'HAS_HOOKS', 'UNSTABLE'])

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
  isInMergeQueue: z.boolean(),
  isMergeQueueEnabled: z.boolean(),
})

const standingBatch: Batch<IssueRef, z.infer<typeof standingSchema>> = {
  name: 'Standing',
  size: 1,
  variables: { owner: 'String!', name: 'String!', number: 'Int!' },
  values: ({ repo, number }) => ({ ...ownerAndName(repo), number }),
  selection: `repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { id state isDraft headRefOid mergeStateStatus isInMergeQueue isMergeQueueEnabled }
  }`,
  schema: z.object({ pullRequest: standingSchema }).transform(({ pullRequest }) => pullRequest),
  subject: issueName,
}

const enqueueDocument = `mutation Enqueue($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { state } }
}`
