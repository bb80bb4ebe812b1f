import { GraphQLError } from 'graphql'
import { addComment, react } from '../state/comments.ts'
import { dequeue, enqueue } from '../state/merge-queue.ts'
import { mergePull } from '../state/merge-pull.ts'
import { obstacles } from '../state/merge-rules.ts'
import type { Issue } from '../state/issue-model.ts'
import type { Repo } from '../state/model.ts'
import { roleOfToken } from '../state/permissions.ts'
import type { MergeMethod } from '../state/pull-model.ts'
import { setDraft } from '../state/pulls.ts'
import { replyInThread, resolveThread } from '../state/review-threads.ts'
import { settle } from '../state/settle.ts'
import { actorNode } from './actor.ts'
import type { Gql } from './context.ts'
import { forbidden, issueOf, pullOf, reactableOf, threadOf } from './find-node.ts'
import { queueEntryNode } from './queue.ts'
import { contentOf, reactionFields, reactionNode } from './reaction.ts'
import { mayResolve, reviewCommentNode, threadNode } from './review-thread.ts'

interface Input {
  clientMutationId?: string | null
}

type PullInput = Input & { pullRequestId: string; expectedHeadOid?: string | null }
type MergeWords = PullInput & { mergeMethod?: string; commitHeadline?: string | null; commitBody?: string | null }
type With<T> = { input: T }

/** The mutations that the sandbox does; a refusal is an error in a 200, and the field null. */
export function mutationRoot(gql: Gql) {
  const actor = { login: gql.token.login, viaApp: gql.token.viaApp }
  return {
    __typename: 'Mutation',
    mergePullRequest: ({ input }: With<MergeWords>) => {
      const at = pullOf(gql, input.pullRequestId, 'write')
      const merged = mergePull(gql.state, at.repo, at.issue, at.pull, {
        by: actor.login,
        role: roleOfToken(gql.state, at.repo, gql.token),
        method: methodOf(input),
        title: input.commitHeadline ?? undefined,
        message: input.commitBody ?? undefined,
        sha: input.expectedHeadOid ?? undefined,
      })
      if ('status' in merged) throw refused(merged.message)
      return { ...echo(input), actor: actorNode(gql, actor.login), pullRequest: show(gql, at) }
    },
    enqueuePullRequest: ({ input }: With<PullInput>) => {
      const at = pullOf(gql, input.pullRequestId, 'write')
      const entry = enqueue(gql.state, at.repo, at, actor, input.expectedHeadOid ?? undefined)
      if ('problem' in entry) throw refused(entry.problem)
      return { ...echo(input), mergeQueueEntry: queueEntryNode(gql, at.repo, entry) }
    },
    dequeuePullRequest: ({ input }: With<Input & { id: string }>) => {
      const at = pullOf(gql, input.id, 'write')
      const entry = at.repo.queue.find((candidate) => candidate.number === at.issue.number)
      if (!entry) throw refused('The pull request is not in the queue')
      const shown = queueEntryNode(gql, at.repo, entry)
      dequeue(gql.state, at.repo, at.issue.number, actor, 'manual')
      return { ...echo(input), mergeQueueEntry: shown }
    },
    enablePullRequestAutoMerge: ({ input }: With<MergeWords>) => {
      const at = pullOf(gql, input.pullRequestId, 'write')
      if (!at.repo.merging.autoMerge) throw refused('Auto merge is not allowed for this repository')
      if (input.expectedHeadOid && input.expectedHeadOid !== at.pull.headSha)
        throw refused('Head branch was modified. Review and try again.')
      if (obstacles(gql.state, at.repo, at.issue, at.pull).length === 0)
        throw refused('Pull request is in clean status')
      at.pull.autoMerge = {
        enabledBy: actor.login,
        enabledAt: gql.now,
        method: methodOf(input),
        title: input.commitHeadline ?? null,
        message: input.commitBody ?? null,
      }
      settle(gql.state)
      return { ...echo(input), actor: actorNode(gql, actor.login), pullRequest: show(gql, at) }
    },
    disablePullRequestAutoMerge: ({ input }: With<PullInput>) => {
      const at = pullOf(gql, input.pullRequestId, 'write')
      at.pull.autoMerge = null
      return { ...echo(input), actor: actorNode(gql, actor.login), pullRequest: show(gql, at) }
    },
    markPullRequestReadyForReview: ({ input }: With<PullInput>) => {
      const at = pullOf(gql, input.pullRequestId, 'write')
      setDraft(gql.state, at, false, actor)
      return { ...echo(input), pullRequest: show(gql, at) }
    },
    resolveReviewThread: ({ input }: With<Input & { threadId: string }>) => resolve(gql, input, actor.login),
    unresolveReviewThread: ({ input }: With<Input & { threadId: string }>) => resolve(gql, input, null),
    addPullRequestReviewThreadReply: ({ input }: With<Input & { pullRequestReviewThreadId: string; body: string }>) => {
      const { repo, thread, ...found } = threadOf(gql, input.pullRequestReviewThreadId)
      const comment = replyInThread(gql.state, found.issue, found.pull, thread, input.body, actor)
      return { ...echo(input), comment: reviewCommentNode(gql, repo, found, thread, comment) }
    },
    addComment: ({ input }: With<Input & { subjectId: string; body: string }>) => {
      const { repo, issue } = issueOf(gql, input.subjectId)
      const comment = addComment(gql.state, issue, input.body, actor)
      const node = gql.nodes.comment(gql, repo, issue, comment)
      const subject = gql.nodes.issue(gql, repo, issue)
      return { ...echo(input), subject, commentEdge: { cursor: comment.nodeId, node } }
    },
    addReaction: ({ input }: With<Input & { subjectId: string; content: string }>) => {
      const { target, node } = reactableOf(gql, input.subjectId)
      const { reaction } = react(gql.state, target, contentOf(input.content), actor.login)
      const { reactionGroups } = reactionFields(gql, target)
      return { ...echo(input), reaction: reactionNode(gql, reaction), subject: node(), reactionGroups }
    },
  }
}

function resolve(gql: Gql, input: Input & { threadId: string }, by: string | null) {
  const { repo, thread, ...found } = threadOf(gql, input.threadId)
  if (!mayResolve(gql, repo, found)) throw forbidden(gql, 'ResolveReviewThread')
  resolveThread(gql.state, thread, by)
  return { ...echo(input), thread: threadNode(gql, repo, found, thread) }
}

function show(gql: Gql, { repo, issue }: { repo: Repo; issue: Issue }): unknown {
  return gql.nodes.issue(gql, repo, issue)
}

function methodOf(input: MergeWords): MergeMethod {
  return (input.mergeMethod ?? 'MERGE').toLowerCase() as MergeMethod
}

function echo(input: Input) {
  return { clientMutationId: input.clientMutationId ?? null }
}

function refused(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type: 'UNPROCESSABLE' } })
}
