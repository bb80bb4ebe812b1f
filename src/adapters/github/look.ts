import * as z from 'zod'
import type { IssueComment, IssueEdit, IssueFacts, IssueRef } from '../../core/model.ts'
import { sameName } from '../../core/model.ts'
import type { LabelNames, Looked, RecentCommits, Tracker } from '../../ports/tracker.ts'
import { actorFields, actorSchema, instantSchema } from './actor.ts'
import type { Client } from './client.ts'
import type { Page } from './connection.ts'
import { allNodes, connectionOf, pageInfoFields } from './connection.ts'
import { continueEach, withRefs } from './each.ts'
import type { Operation } from './errors.ts'
import type { Batch, Question } from './graphql.ts'
import { runBatch } from './graphql.ts'
import type { IssueEvent } from './issue-history.ts'
import {
  bodyEdits,
  commentFields,
  commentSchema,
  editFields,
  editSchema,
  eventFields,
  eventSchema,
} from './issue-history.ts'
import { issueName, ownerAndName } from './names.ts'
import { recentField, recentSchema } from './recent.ts'
import { summaryFields, summaryShape } from './issue-summary.ts'

type Asked = IssueRef & { readonly labels: LabelNames; readonly withBranch?: boolean }

const lookOperation = { port: 'tracker', operation: 'look' } as const

/**
 * One query, and one point, for 20 issues; with their branches two points for 25. Another query for each further page of a list.
 */
export function createLook(client: Client): Tracker['look'] {
  return async (issues) => {
    const size = issues.some(({ withBranch }) => withBranch) ? 25 : lookBatch.size
    const answers = await runBatch(client, lookOperation, { ...lookBatch, size }, issues)
    const complete = await continueEach(answers, async ({ issue: found, branch }, asked): Promise<Looked> => {
      const facts = await completeFacts(client, lookOperation, asked, found)
      return branch === null ? facts : { ...facts, branch }
    })
    return withRefs(complete, ({ repo, number }) => ({ repo, number }))
  }
}

/** Everything about an issue of which the first page of each list is here. */
export async function completeFacts(
  client: Client,
  operation: Operation,
  asked: Asked,
  found: FoundIssue,
): Promise<IssueFacts> {
  const [comments, events, edits, dependencies] = await Promise.all([
    allNodes(client, operation, commentsBatch, asked, found.comments),
    allNodes(client, operation, eventsBatch, asked, found.timelineItems),
    allNodes(client, operation, editsBatch, asked, found.userContentEdits),
    allNodes(client, operation, blockersBatch, asked, found.blockedBy),
  ])
  return toFacts(asked, found, { comments, events, edits, dependencies })
}

function toFacts(asked: Asked, found: FoundIssue, lists: Lists): IssueFacts {
  const wanted = [asked.labels.ready, asked.labels.inProgress, asked.labels.human]
  const closings = lists.events.filter((event) => event.type === 'closed')
  const closing = closings.at(-1) ?? {
    at: found.closedAt ?? found.createdAt,
    actor: null,
    commit: null,
  }
  const renames = lists.events
    .filter((event) => event.type === 'renamed')
    .map(({ what, actor, at }) => ({ what, actor, at }))
  return {
    repo: asked.repo,
    number: found.number,
    title: found.title,
    url: found.url,
    body: found.body,
    labels: found.labels,
    openDependencies: found.issueDependenciesSummary.blockedBy,
    state: found.state,
    author: found.author,
    labelEvents: lists.events
      .filter((event) => event.type === 'label')
      .filter((event) => wanted.some((label) => sameName(label, event.label)))
      .map(({ id, action, label, actor, at }) => ({ id, action, label, actor, at })),
    edits: [...renames, ...bodyEdits(lists.edits, found.createdAt)].toSorted((a, b) => a.at - b.at),
    closed: found.state === 'open' ? null : { at: closing.at, actor: closing.actor, commit: closing.commit },
    comments: lists.comments,
    dependencies: lists.dependencies.filter((blocker) => blocker !== null),
  }
}

interface Lists {
  readonly comments: readonly IssueComment[]
  readonly events: readonly IssueEvent[]
  readonly edits: readonly IssueEdit[]
  readonly dependencies: readonly z.infer<typeof blockerSchema>[]
}

/** Null: hidden from this token. GitHub's own count of open blockers still has it. */
const blockerSchema = z
  .object({
    number: z.int(),
    state: z.string(),
    repository: z.object({ nameWithOwner: z.string() }),
  })
  .transform(({ number, state, repository }) => ({
    repo: repository.nameWithOwner,
    number,
    state: state === 'CLOSED' ? ('closed' as const) : ('open' as const),
  }))
  .nullable()

const eventTypes = '[LABELED_EVENT, UNLABELED_EVENT, RENAMED_TITLE_EVENT, CLOSED_EVENT, REOPENED_EVENT]'

/** GitHub answers blockers newest first unless told. */
const blockerOrder = 'orderBy: { field: DEPENDENCY_ADDED_AT, direction: ASC }'

const connections = {
  comments: connectionOf(commentSchema),
  timelineItems: connectionOf(eventSchema),
  // Null for an issue whose history is not kept.
  userContentEdits: connectionOf(editSchema)
    .nullable()
    .transform((page) => page ?? { nodes: [], next: null }),
  blockedBy: connectionOf(blockerSchema),
}

export const foundSchema = z.object({
  ...summaryShape,
  state: z.string().transform((state) => (state === 'CLOSED' ? ('closed' as const) : ('open' as const))),
  createdAt: instantSchema,
  closedAt: instantSchema.nullable(),
  author: actorSchema,
  ...connections,
})
export type FoundIssue = z.infer<typeof foundSchema>

const inIssue = { owner: 'String!', name: 'String!', number: 'Int!' }

/** All lists by their first pages: five connections an issue. */
export const lookFragment = `fragment Look on Issue {
    ${summaryFields}
    state createdAt closedAt author ${actorFields}
    comments(first: 100) { nodes { ${commentFields} } ${pageInfoFields} }
    timelineItems(first: 100, itemTypes: ${eventTypes}) { nodes { ${eventFields} } ${pageInfoFields} }
    userContentEdits(first: 100) { nodes { ${editFields} } ${pageInfoFields} }
    blockedBy(first: 50, ${blockerOrder}) { nodes { number state repository { nameWithOwner } } ${pageInfoFields} }
  }`

const issueField = 'issue(number: $number) { ...Look }'

const withBranchQuestion: Question = {
  variables: inIssue,
  selection: `repository(owner: $owner, name: $name) { ${issueField} ${recentField} }`,
  fragments: lookFragment,
}

export const lookBatch: Batch<Asked, { readonly issue: FoundIssue; readonly branch: RecentCommits | null }> = {
  name: 'Look',
  size: 20,
  variables: inIssue,
  values: ({ repo, number }) => ({ ...ownerAndName(repo), number }),
  selection: `repository(owner: $owner, name: $name) { ${issueField} }`,
  questionOf: ({ withBranch }) => (withBranch ? withBranchQuestion : lookBatch),
  fragments: lookFragment,
  schema: z
    .object({ issue: foundSchema, defaultBranchRef: recentSchema.nullish() })
    .transform(({ issue, defaultBranchRef }) => ({ issue, branch: defaultBranchRef ?? null })),
  subject: issueName,
  mayHide: 'blockedBy',
}

/** Further pages of one list of one issue. */
function listBatch<Node>(
  name: string,
  field: string,
  nodeFields: string,
  page: z.ZodType<Page<Node>>,
  more: { readonly mayHide?: string } = {},
): Batch<{ readonly ref: Asked; readonly after: string }, Page<Node>> {
  return {
    name,
    size: 1,
    variables: { ...inIssue, after: 'String' },
    values: ({ ref, after }) => ({ ...lookBatch.values(ref), after }),
    selection: `repository(owner: $owner, name: $name) {
      issue(number: $number) { page: ${field} { nodes { ${nodeFields} } ${pageInfoFields} } }
    }`,
    schema: z.object({ issue: z.object({ page }) }).transform(({ issue }) => issue.page),
    subject: ({ ref }) => issueName(ref),
    ...more,
  }
}

export const commentsBatch = listBatch(
  'MoreComments',
  'comments(first: 100, after: $after)',
  commentFields,
  connections.comments,
)
export const eventsBatch = listBatch(
  'MoreEvents',
  `timelineItems(first: 100, after: $after, itemTypes: ${eventTypes})`,
  eventFields,
  connections.timelineItems,
)
export const editsBatch = listBatch(
  'MoreEdits',
  'userContentEdits(first: 100, after: $after)',
  editFields,
  connections.userContentEdits,
)
export const blockersBatch = listBatch(
  'MoreBlockers',
  `blockedBy(first: 50, after: $after, ${blockerOrder})`,
  'number state repository { nameWithOwner }',
  connections.blockedBy,
  { mayHide: 'page' },
)
