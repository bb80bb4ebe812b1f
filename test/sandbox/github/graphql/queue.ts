import { isoTime } from '../http/clock-text.ts'
import { entriesOf, entryState, positionOf } from '../state/merge-queue.ts'
import type { Repo } from '../state/model.ts'
import { protectionOf } from '../state/protection.ts'
import type { QueueEntry } from '../state/pull-model.ts'
import { requirePull } from '../state/pulls.ts'
import { repoWeb } from '../rest/present/repo.ts'
import { actorNode } from './actor.ts'
import { connection, type PageArgs } from './connection.ts'
import type { Gql } from './context.ts'

/** null where the branch has no merge queue. */
export function queueNode(gql: Gql, repo: Repo, branch: string): Record<string, unknown> | null {
  const { queue } = protectionOf(repo, branch)
  if (!queue) return null
  return {
    __typename: 'MergeQueue',
    id: `MQ_${repo.id}_${branch}`,
    url: `${repoWeb(repo)}/queue/${branch}`,
    repository: () => gql.nodes.repository(gql, repo),
    nextEntryEstimatedTimeToMerge: null,
    configuration: {
      __typename: 'MergeQueueConfiguration',
      mergeMethod: queue.method.toUpperCase(),
      mergingStrategy: 'ALLGREEN',
      checkResponseTimeout: 60,
      maximumEntriesToBuild: 5,
      maximumEntriesToMerge: 5,
      minimumEntriesToMerge: 1,
      minimumEntriesToMergeWaitTime: 0,
    },
    entries: (args: PageArgs) => connection(entriesOf(repo, branch), args, (entry) => queueEntryNode(gql, repo, entry)),
  }
}

export function queueEntryNode(gql: Gql, repo: Repo, entry: QueueEntry): Record<string, unknown> {
  const head = repo.commits.get(entry.headSha)
  return {
    __typename: 'MergeQueueEntry',
    id: entry.nodeId,
    enqueuedAt: isoTime(entry.enqueuedAt),
    enqueuer: () => actorNode(gql, entry.enqueuer),
    estimatedTimeToMerge: Math.max(0, Math.ceil((entry.endsAt - gql.now) / 1000)),
    headCommit: () => (head ? gql.nodes.commit(gql, repo, head) : null),
    jump: false,
    solo: false,
    position: positionOf(repo, entry),
    state: entryState(repo, entry, gql.now),
    mergeQueue: () => queueNode(gql, repo, entry.base),
    pullRequest: () => gql.nodes.issue(gql, repo, requirePull(repo, entry.number).issue),
  }
}
