import * as z from 'zod'
import { sameName, type Actor, type IssueComment } from '../../core/model.ts'
import type { Pulls } from '../../ports/pulls.ts'
import { instantSchema, restUserSchema } from './actor.ts'
import type { Client } from './client.ts'
import { mutate } from './mutate.ts'
import { inRepo } from './names.ts'
import { restPages } from './pages.ts'
import { parseAnswer } from './parse.ts'

type Words = Pick<Pulls, 'comments' | 'react' | 'resolveThread' | 'replyToThread'>

/** What is said on pull requests and issues beyond the card. `self`: afk's own account. */
export function createWords(client: Client, self: () => Promise<Actor>): Words {
  return {
    comments: async (repo, number) => {
      const call = { port: 'tracker', operation: 'comments', subject: `${repo}#${String(number)}` } as const
      const route = 'GET /repos/{owner}/{repo}/issues/{number}/comments'
      const me = await self()
      const comments: IssueComment[] = []
      for await (const page of restPages(client, call, route, { ...inRepo(repo), number }, commentsSchema)) {
        comments.push(
          ...page.map(({ id, body, user, created_at }) => ({
            id,
            author: user,
            body: body ?? '',
            createdAt: created_at,
            // A person may have the login that an app's bot has without its suffix.
            own: user !== null && user.kind === me.kind && sameName(user.login, me.login),
            // REST does not tell who edited it: nothing is believed for its text here but a tag of afk's own.
            editedByOther: false,
          })),
        )
      }
      return comments
    },
    react: async (repo, comment, content) => {
      const call = { port: 'tracker', operation: 'react', subject: `${repo} comment ${String(comment)}` } as const
      const route = 'POST /repos/{owner}/{repo}/issues/comments/{comment}/reactions'
      // A POST, but the same reaction of the same account is answered with the one that is there.
      const answer = await client.rest(call, route, { ...inRepo(repo), comment, content }, { idempotent: true })
      parseAnswer(z.object({ id: z.int() }), answer.data, call)
    },
    resolveThread: async (repo, number, thread) => {
      const call = { port: 'tracker', operation: 'resolveThread', subject: `${repo}#${String(number)}` } as const
      await mutate(client, call, resolveDocument, { thread }, { idempotent: true })
    },
    replyToThread: async (repo, number, thread, body) => {
      const call = { port: 'tracker', operation: 'replyToThread', subject: `${repo}#${String(number)}` } as const
      await mutate(client, call, replyDocument, { thread, body }, { idempotent: false })
    },
  }
}

const commentsSchema = z.array(
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: restUserSchema,
    created_at: instantSchema,
  }),
)

export const resolveDocument = `mutation Resolve($thread: ID!) {
  resolveReviewThread(input: { threadId: $thread }) { thread { isResolved } }
}`

export const replyDocument = `mutation Reply($thread: ID!, $body: String!) {
  addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $thread, body: $body }) { comment { id } }
}`
