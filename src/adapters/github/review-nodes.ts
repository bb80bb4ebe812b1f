import * as z from 'zod'
import type { PullReview, ReviewThread } from '../../core/pull-model.ts'
import { actorFields, actorSchema, instantSchema, isSameActor } from './actor.ts'

/** Reviews and their conversations, as GraphQL shows them. */

export const reviewFields = `state author ${actorFields} commit { oid } submittedAt`

/** Null: a dismissed one, which counts no more, or one that is not handed in. */
export const reviewSchema: z.ZodType<PullReview | null> = z
  .object({
    state: z.string(),
    author: actorSchema,
    commit: z.object({ oid: z.string() }).nullable(),
    submittedAt: instantSchema.nullable(),
  })
  .transform(({ state, author, commit, submittedAt }) => {
    const said = state === 'APPROVED' ? 'approved' : state === 'CHANGES_REQUESTED' ? 'changes-requested' : null
    if (said === null || submittedAt === null) return null
    return { author, state: said, commit: commit?.oid ?? null, at: submittedAt }
  })

/** The newest comments decide who had the last word; older ones of a very long conversation are left out. */
export const threadFields = `id path line isResolved resolvedBy { login }
  comments(last: 50) { nodes { url author ${actorFields} body createdAt lastEditedAt editor ${actorFields} viewerDidAuthor } }`

export const threadSchema: z.ZodType<ReviewThread> = z
  .object({
    id: z.string(),
    path: z.string(),
    line: z.int().nullable(),
    isResolved: z.boolean(),
    resolvedBy: z.object({ login: z.string() }).nullish(),
    comments: z.object({
      nodes: z.array(
        z.object({
          url: z.string(),
          author: actorSchema,
          body: z.string(),
          createdAt: instantSchema,
          lastEditedAt: instantSchema.nullable(),
          editor: actorSchema,
          viewerDidAuthor: z.boolean(),
        }),
      ),
    }),
  })
  .transform(({ id, path, line, isResolved, resolvedBy, comments }) => ({
    id,
    resolved: isResolved,
    resolvedBy: resolvedBy?.login ?? null,
    path,
    line,
    url: comments.nodes[0]?.url ?? '',
    comments: comments.nodes.map(({ author, body, createdAt, lastEditedAt, editor, viewerDidAuthor }) => ({
      author,
      body,
      at: createdAt,
      own: viewerDidAuthor,
      ...(lastEditedAt === null || isSameActor(author, editor) ? {} : { editedBy: editor }),
    })),
  }))
