import { recordEvent, type Actor } from './events.ts'
import { nextIds } from './ids.ts'
import { doMerge } from './merge-pull.ts'
import { obstacles } from './merge-rules.ts'
import { tryMerge } from './mergeability.ts'
import type { GitHubState, Repo } from './model.ts'
import { protectionOf, queueBot } from './protection.ts'
import type { QueueEntry, QueueSettings } from './pull-model.ts'
import { requirePull, type PullRequest } from './pulls.ts'

/** Puts a pull request at the end of its base's queue, or says why not. */
export function enqueue(
  state: GitHubState,
  repo: Repo,
  { issue, pull }: PullRequest,
  actor: Actor & { login: string },
  expectedHead?: string,
): QueueEntry | { problem: string } {
  const { queue } = protectionOf(repo, pull.baseRef)
  if (!queue) return { problem: 'A merge queue is not enabled for the base branch of this pull request' }
  if (expectedHead !== undefined && expectedHead !== pull.headSha)
    return { problem: 'Head branch was modified. Review and try the merge again.' }
  if (findEntry(repo, issue.number)) return { problem: 'The pull request is already in the queue' }
  const [obstacle] = obstacles(state, repo, issue, pull)
  if (obstacle !== undefined) return { problem: obstacle }
  const now = state.clock.now()
  const entry: QueueEntry = {
    ...nextIds(state, 'MQE'),
    number: issue.number,
    base: pull.baseRef,
    enqueuer: actor.login,
    enqueuedAt: now,
    headSha: pull.headSha,
    endsAt: now + queue.checkMs,
  }
  repo.queue.push(entry)
  recordEvent(state, issue, actor, { event: 'added_to_merge_queue' })
  return entry
}

export function dequeue(state: GitHubState, repo: Repo, number: number, actor: Actor, reason: string): boolean {
  const entry = findEntry(repo, number)
  if (!entry) return false
  const later = entriesOf(repo, entry.base).slice(positionOf(repo, entry))
  repo.queue = repo.queue.filter((other) => other !== entry)
  recordEvent(state, requirePull(repo, number).issue, actor, { event: 'removed_from_merge_queue', reason })
  const checkMs = protectionOf(repo, entry.base).queue?.checkMs ?? 0
  for (const other of later) other.endsAt = Math.max(other.endsAt, state.clock.now() + checkMs)
  return true
}

/** Merges what is at the front and green, takes out what is not, up to the clock's time. */
export function advanceQueue(state: GitHubState, repo: Repo): void {
  for (const base of new Set(repo.queue.map((entry) => entry.base))) {
    for (let due = dueEntry(state, repo, base); due; due = dueEntry(state, repo, base))
      finish(state, repo, due.entry, due.queue)
  }
}

export function findEntry(repo: Repo, number: number): QueueEntry | null {
  return repo.queue.find((entry) => entry.number === number) ?? null
}

export function entriesOf(repo: Repo, base: string): QueueEntry[] {
  return repo.queue.filter((entry) => entry.base === base)
}

/** From 1. */
export function positionOf(repo: Repo, entry: QueueEntry): number {
  return entriesOf(repo, entry.base).indexOf(entry) + 1
}

/** All entries are checked at once, each on top of those before it; the front one goes first. */
export function entryState(repo: Repo, entry: QueueEntry, now: number): 'AWAITING_CHECKS' | 'MERGEABLE' {
  return now >= entry.endsAt && positionOf(repo, entry) > 1 ? 'MERGEABLE' : 'AWAITING_CHECKS'
}

function dueEntry(state: GitHubState, repo: Repo, base: string): { entry: QueueEntry; queue: QueueSettings } | null {
  const { queue } = protectionOf(repo, base)
  const [entry] = entriesOf(repo, base)
  return queue && entry && entry.endsAt <= state.clock.now() ? { entry, queue } : null
}

/** It happened when the checks ended, however late somebody looks. */
function finish(state: GitHubState, repo: Repo, entry: QueueEntry, queue: QueueSettings): void {
  const { issue, pull } = requirePull(repo, entry.number)
  const present = state.clock
  state.clock = { now: () => entry.endsAt }
  try {
    if (issue.state !== 'open') repo.queue = repo.queue.filter((other) => other !== entry)
    else if (pull.failsInQueue) dequeue(state, repo, entry.number, { login: queueBot }, 'failed_checks')
    else if (tryMerge(repo, pull).conflicts.length > 0)
      dequeue(state, repo, entry.number, { login: queueBot }, 'merge_conflict')
    else doMerge(state, repo, issue, pull, { by: queueBot, method: queue.method })
  } finally {
    state.clock = present
  }
}
