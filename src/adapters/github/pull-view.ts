import * as z from 'zod'
import type { IssueRef } from '../../core/model.ts'
import type { MergeMethod, Pull } from '../../core/pull-model.ts'
import type { Pulls } from '../../ports/pulls.ts'
import { actorFields, actorSchema, instantSchema, toActor } from './actor.ts'
import type { Client } from './client.ts'
import { allNodes, connectionOf, pageInfoFields, type Page } from './connection.ts'
import { runOne, type Batch } from './graphql.ts'
import { commentFields, commentSchema } from './issue-history.ts'
import { issueName, ownerAndName } from './names.ts'
import { readReviews } from './pull-reviews.ts'
import { reviewFields, reviewSchema, threadFields, threadSchema } from './review-nodes.ts'

const operation = { port: 'tracker', operation: 'view' } as const

/** One query, and one point: the first pages of all lists. Another query for each further page. */
export function createPullView(client: Client): Pulls['view'] {
  return async (repo, number) => {
    const ref = { repo, number }
    const { pullRequest: found, ...methods } = await runOne(client, operation, viewBatch, ref)
    const [threads, comments, reviews] = await Promise.all([
      allNodes(client, operation, threadsBatch, ref, found.reviewThreads),
      allNodes(client, operation, pullCommentsBatch, ref, found.comments),
      found.latestOpinionatedReviews === null
        ? readReviews(client, ref)
        : allNodes(client, operation, reviewsBatch, ref, found.latestOpinionatedReviews),
    ])
    return toPull(found, methodsOf(methods), { threads, comments, reviews })
  }
}

function toPull(
  found: FoundPull,
  methods: readonly MergeMethod[],
  lists: Pick<Pull, 'threads' | 'comments'> & { readonly reviews: readonly (Pull['reviews'][number] | null)[] },
): Pull {
  const { state } = found
  return {
    number: found.number,
    url: found.url,
    title: found.title,
    state,
    draft: found.isDraft,
    branch: found.headRefName,
    sameRepo: !found.isCrossRepository,
    createdAt: found.createdAt,
    base: found.baseRefName,
    head: found.headRefOid,
    commits: found.commits.toReversed(),
    mergeCommit: found.mergeCommit?.oid ?? null,
    mergedBy: found.mergedBy,
    closedBy: state === 'closed' ? (found.timelineItems.at(-1)?.actor ?? null) : null,
    mergeable: found.mergeable,
    // GitHub's word for a draft is to go, and `BLOCKED` takes its place.
    mergeState: found.isDraft && found.mergeStateStatus === 'blocked' ? 'draft' : found.mergeStateStatus,
    reviewDecision: found.reviewDecision,
    reviews: lists.reviews.filter((review) => review !== null),
    threads: lists.threads,
    comments: lists.comments,
    queueRequired: found.isMergeQueueEnabled,
    queued: found.isInMergeQueue,
    methods,
  }
}

function methodsOf(allowed: z.infer<typeof methodsSchema>): readonly MergeMethod[] {
  return [
    ...(allowed.squashMergeAllowed ? (['squash'] as const) : []),
    ...(allowed.mergeCommitAllowed ? (['merge'] as const) : []),
    ...(allowed.rebaseMergeAllowed ? (['rebase'] as const) : []),
  ]
}

const commitSchema = z
  .object({
    commit: z.object({
      oid: z.string(),
      message: z.string(),
      url: z.string(),
      author: z.object({ user: z.object({ login: z.string() }).nullable() }).nullable(),
    }),
  })
  .transform(({ commit }): Pull['commits'][number] => ({
    sha: commit.oid,
    message: commit.message,
    // A bot is shown as a user whose login has the `[bot]`, like REST.
    author: commit.author?.user ? toActor(commit.author.user.login, false) : null,
    url: commit.url,
  }))

/** A word that this build does not know decides nothing. */
function oneOf<const Words extends Readonly<Record<string, string>>>(words: Words, otherwise: Words[keyof Words]) {
  return z
    .string()
    .nullable()
    .transform((word): Words[keyof Words] =>
      // A word such as `constructor` is no key of ours.
      Object.hasOwn(words, word ?? '') ? (words[word ?? ''] as Words[keyof Words]) : otherwise,
    )
}

const mergeStates = {
  CLEAN: 'clean',
  HAS_HOOKS: 'clean',
  BLOCKED: 'blocked',
  BEHIND: 'behind',
  DRAFT: 'draft',
  UNSTABLE: 'unstable',
  DIRTY: 'conflicting',
  UNKNOWN: 'unknown',
} as const

const lists = {
  reviewThreads: connectionOf(threadSchema),
  comments: connectionOf(commentSchema),
  latestOpinionatedReviews: connectionOf(reviewSchema),
}

const pullSchema = z.object({
  number: z.int(),
  url: z.string(),
  title: z.string(),
  state: oneOf({ OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' }, 'closed'),
  isDraft: z.boolean(),
  isCrossRepository: z.boolean(),
  createdAt: instantSchema,
  headRefName: z.string(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  mergedBy: actorSchema,
  mergeable: oneOf({ MERGEABLE: 'mergeable', CONFLICTING: 'conflicting', UNKNOWN: 'unknown' }, 'unknown'),
  mergeStateStatus: oneOf(mergeStates, 'unknown'),
  reviewDecision: oneOf(
    {
      APPROVED: 'approved',
      CHANGES_REQUESTED: 'changes-requested',
      REVIEW_REQUIRED: 'review-required',
      NONE: 'none',
    },
    'none',
  ),
  isInMergeQueue: z.boolean(),
  isMergeQueueEnabled: z.boolean(),
  commits: z.object({ nodes: z.array(commitSchema) }).transform(({ nodes }) => nodes),
  timelineItems: z.object({ nodes: z.array(z.object({ actor: actorSchema })) }).transform(({ nodes }) => nodes),
  ...lists,
  latestOpinionatedReviews: lists.latestOpinionatedReviews.nullable(),
})
type FoundPull = z.infer<typeof pullSchema>

const methodsSchema = z.object({
  squashMergeAllowed: z.boolean(),
  mergeCommitAllowed: z.boolean(),
  rebaseMergeAllowed: z.boolean(),
})

const inPull = { owner: 'String!', name: 'String!', number: 'Int!' }
const valuesOf = ({ repo, number }: IssueRef) => ({ ...ownerAndName(repo), number })

/** Commits are listed oldest first: the last hundred hold the head. Parents would be a connection for each, and a second point. */
export const viewBatch: Batch<IssueRef, z.infer<typeof methodsSchema> & { readonly pullRequest: FoundPull }> = {
  name: 'View',
  size: 1,
  variables: inPull,
  values: valuesOf,
  selection: `repository(owner: $owner, name: $name) {
    squashMergeAllowed mergeCommitAllowed rebaseMergeAllowed
    pullRequest(number: $number) {
      number url title state isDraft isCrossRepository createdAt
      headRefName headRefOid baseRefName mergeCommit { oid } mergedBy ${actorFields}
      mergeable mergeStateStatus reviewDecision isInMergeQueue isMergeQueueEnabled
      commits(last: 100) { nodes { commit {
        oid message url author { user { login } }
      } } }
      timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { actor ${actorFields} } } }
      comments(first: 100) { nodes { ${commentFields} } ${pageInfoFields} }
      latestOpinionatedReviews(first: 50) { nodes { ${reviewFields} } ${pageInfoFields} }
      reviewThreads(first: 50) { nodes { ${threadFields} } ${pageInfoFields} }
    }
  }`,
  schema: methodsSchema.extend({ pullRequest: pullSchema }),
  subject: issueName,
}

function listBatch<Node>(
  name: string,
  field: string,
  nodeFields: string,
  page: z.ZodType<Page<Node>>,
): Batch<{ readonly ref: IssueRef; readonly after: string }, Page<Node>> {
  return {
    name,
    size: 1,
    variables: { ...inPull, after: 'String' },
    values: ({ ref, after }) => ({ ...valuesOf(ref), after }),
    selection: `repository(owner: $owner, name: $name) {
      pullRequest(number: $number) { page: ${field} { nodes { ${nodeFields} } ${pageInfoFields} } }
    }`,
    schema: z.object({ pullRequest: z.object({ page }) }).transform(({ pullRequest }) => pullRequest.page),
    subject: ({ ref }) => issueName(ref),
  }
}

export const threadsBatch = listBatch(
  'MoreThreads',
  'reviewThreads(first: 50, after: $after)',
  threadFields,
  lists.reviewThreads,
)
export const pullCommentsBatch = listBatch(
  'MorePullComments',
  'comments(first: 100, after: $after)',
  commentFields,
  lists.comments,
)
export const reviewsBatch = listBatch(
  'MoreReviews',
  'latestOpinionatedReviews(first: 50, after: $after)',
  reviewFields,
  lists.latestOpinionatedReviews,
)
