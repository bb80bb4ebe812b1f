import { lockFate } from './lock-history.ts'
import type { Candidate, Need, PollObservation, RepoSituation } from './poll-facts.ts'
import type { OwnThread } from './titles.ts'

/** What holds a repo, so that no second run starts in it: one run a repo always (SPEC 4). */
export interface RepoHolder {
  readonly kind: 'free' | 'locked' | 'thread' | 'resume'
  /** In words, for one issue: null when the repo is free for it. */
  readonly heldFrom: (number: number) => string | null
  /** Issues whose dispatch died half way; the first holds the repo. */
  readonly resumable: readonly number[]
  readonly needs: readonly Need[]
}

export function repoHolder(situation: RepoSituation, observation: PollObservation): RepoHolder {
  const { overview, repo } = situation
  const resumable = resumableOf(situation, observation)
  const locked = overview.locked
  if (locked.length > 0) {
    return {
      kind: 'locked',
      heldFrom: (number) =>
        locked.every((other) => other === number) ? null : `${repo}#${locked.find((other) => other !== number)}`,
      resumable,
      needs: [],
    }
  }
  const needs = situation.threads.flatMap(({ thread }) =>
    mayBeStarting(thread, situation, observation) && !(thread.id in observation.threadStates)
      ? [{ kind: 'thread' as const, thread: thread.id }]
      : [],
  )
  const first = resumable[0]
  const atWork = situation.threads.find(
    ({ thread, issue }) =>
      isAtWork(thread, situation, observation) &&
      !(
        resumable.includes(issue.number) && situation.candidates.some((candidate) => candidate.thread?.id === thread.id)
      ),
  )
  return {
    kind: atWork ? 'thread' : first === undefined ? 'free' : 'resume',
    heldFrom: (number) => {
      if (atWork) return `thread ${atWork.thread.id} of ${repo}#${atWork.issue.number}`
      return first === undefined || first === number ? null : `${repo}#${first} (half dispatched)`
    },
    resumable,
    needs,
  }
}

/** Ready issues whose run's own thread is there while the lock is missing and was never put on, oldest thread first (SPEC 5.1). */
function resumableOf(situation: RepoSituation, observation: PollObservation): readonly number[] {
  return situation.candidates
    .filter((candidate) => candidate.thread !== null && !wasLocked(candidate, situation, observation))
    .toSorted((a, b) => compareThreads(a, b))
    .map((candidate) => candidate.ref.number)
}

function wasLocked(candidate: Candidate, situation: RepoSituation, observation: PollObservation): boolean {
  const { history, epoch } = candidate
  const who = { policy: situation.policy, self: observation.self }
  return history !== null && epoch !== null && lockFate(history, epoch, who).kind !== 'never'
}

function compareThreads(a: Candidate, b: Candidate): number {
  const [one, other] = [a.thread, b.thread]
  if (one === null || other === null) return 0
  return one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1)
}

/**
 * A thread that works, by a list that cannot always tell. One that gave no sign for `stallSeconds` holds nothing: after a restart the
 * executor shows a dead turn as running for ever (SPEC 8.3).
 */
function isAtWork(thread: OwnThread['thread'], situation: RepoSituation, observation: PollObservation): boolean {
  const quiet = observation.now.executor - thread.updatedAt > situation.policy.stallSeconds * 1000
  if (quiet) return false
  if (thread.state === 'settled') return observation.threadStates[thread.id] === 'starting'
  return thread.state === 'working' || thread.state === 'waiting' || thread.state === 'unknown'
}

/** `ready` means both *not begun* and *finished* (SPEC 8.2): shortly after a message only the thread itself tells. */
function mayBeStarting(thread: OwnThread['thread'], situation: RepoSituation, observation: PollObservation): boolean {
  return (
    thread.state === 'settled' &&
    thread.lastMessageAt !== null &&
    observation.now.executor - thread.lastMessageAt <= situation.policy.startGraceSeconds * 1000
  )
}
