import * as z from 'zod'
import type { Instant, IssueClosing, IssueComment, IssueEdit, LabelEvent } from '../../core/model.ts'
import { actorFields, actorSchema, instantSchema, isSameActor } from './actor.ts'

/** The connections of an issue that can outgrow a page, with what is read of each node. */
export const commentFields = `fullDatabaseId url author ${actorFields} body createdAt lastEditedAt editor ${actorFields} viewerDidAuthor reactionGroups { viewerHasReacted }`

export const commentSchema = z
  .object({
    fullDatabaseId: z.union([z.string(), z.number()]).nullish(),
    url: z.string().nullish(),
    author: actorSchema,
    body: z.string(),
    createdAt: instantSchema,
    lastEditedAt: instantSchema.nullable(),
    editor: actorSchema,
    viewerDidAuthor: z.boolean(),
    reactionGroups: z.array(z.object({ viewerHasReacted: z.boolean() })).nullish(),
  })
  .transform((comment, context): IssueComment => ({
    id: idOf(comment.fullDatabaseId, comment.url) ?? refuse(context),
    author: comment.author,
    body: comment.body,
    createdAt: comment.createdAt,
    own: comment.viewerDidAuthor,
    editedByOther: comment.lastEditedAt !== null && !isSameActor(comment.author, comment.editor),
    ...(comment.lastEditedAt === null ? {} : { editedAt: comment.lastEditedAt }),
    ...(comment.reactionGroups?.some(({ viewerHasReacted }) => viewerHasReacted) ? { receipted: true } : {}),
  }))

/** Servers older than `fullDatabaseId` leave it out; the number also ends the comment's address. */
function idOf(id: string | number | null | undefined, url: string | null | undefined): number | null {
  const found = Number(id ?? /#issuecomment-(\d+)$/.exec(url ?? '')?.[1])
  return Number.isSafeInteger(found) && found > 0 ? found : null
}

function refuse(context: z.RefinementCtx): never {
  context.addIssue({ code: 'custom', path: ['fullDatabaseId'], message: 'expected a number' })
  return z.NEVER
}

export const eventFields = `__typename
  ... on LabeledEvent { id createdAt actor ${actorFields} label { name } }
  ... on UnlabeledEvent { id createdAt actor ${actorFields} label { name } }
  ... on RenamedTitleEvent { createdAt actor ${actorFields} }
  ... on ClosedEvent { createdAt actor ${actorFields} closer { __typename ... on Commit { oid } ... on PullRequest { mergeCommit { oid } } } }`

const happened = { createdAt: instantSchema, actor: actorSchema }
const labelEvent = { ...happened, id: z.string(), label: z.object({ name: z.string() }) }

export type IssueEvent =
  | ({ readonly type: 'label' } & LabelEvent)
  | ({ readonly type: 'renamed' } & IssueEdit)
  | ({ readonly type: 'closed' } & IssueClosing)
  | { readonly type: 'other' }

export const eventSchema: z.ZodType<IssueEvent> = z.union([
  z
    .object({ __typename: z.enum(['LabeledEvent', 'UnlabeledEvent']), ...labelEvent })
    .transform(({ __typename, id, label, actor, createdAt }) => ({
      type: 'label' as const,
      id,
      action: __typename === 'LabeledEvent' ? ('labeled' as const) : ('unlabeled' as const),
      label: label.name,
      actor,
      at: createdAt,
    })),
  z.object({ __typename: z.literal('RenamedTitleEvent'), ...happened }).transform(({ actor, createdAt }) => ({
    type: 'renamed' as const,
    what: 'title' as const,
    actor,
    at: createdAt,
  })),
  z
    .object({
      __typename: z.literal('ClosedEvent'),
      ...happened,
      closer: z
        .object({
          oid: z.string().optional(),
          mergeCommit: z.object({ oid: z.string() }).nullish(),
        })
        .nullable(),
    })
    .transform(({ actor, createdAt, closer }) => ({
      type: 'closed' as const,
      actor,
      at: createdAt,
      commit: closer?.oid ?? closer?.mergeCommit?.oid ?? null,
    })),
  z
    .object({ __typename: z.string() })
    // One of ours that lacks a field must not pass for one that is none of our business.
    .refine(({ __typename }) => !/^(Labeled|Unlabeled|RenamedTitle|Closed)Event$/.test(__typename))
    .transform(() => ({ type: 'other' as const })),
])

export const editFields = `editedAt editor ${actorFields}`

export const editSchema = z
  .object({ editedAt: instantSchema, editor: actorSchema })
  .transform(({ editedAt, editor }): IssueEdit => ({ what: 'body', actor: editor, at: editedAt }))

/**
 * The edits of a body, oldest first. GitHub lists the text as it was first written as an edit, too, with the time of the issue:
 * that one entry is none.
 */
export function bodyEdits(listed: readonly IssueEdit[], createdAt: Instant): readonly IssueEdit[] {
  // GitHub lists the newest first; turned round before the sort, entries of one second keep their order.
  const oldestFirst = listed.toReversed().toSorted((a, b) => a.at - b.at)
  const [first] = oldestFirst
  return first !== undefined && first.at <= createdAt ? oldestFirst.slice(1) : oldestFirst
}
