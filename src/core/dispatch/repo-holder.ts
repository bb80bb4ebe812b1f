import { lockFate } from '../lock-history.ts'
import type { ThreadSummary } from '../model.ts'
import type { Candidate, Need, PollObservation, RepoSituation } from './poll-facts.ts'

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
  const locked = overview.locked.toSorted((a, b) => a - b)
  if (locked.length > 0) {
    return {
      kind: 'locked',
      heldFrom: (number) => {
        const other = locked.find((one) => one !== number)
        return other === undefined ? null : `${repo}#${other}`
      },
      resumable,
      needs: [],
    }
  }
  const threads = [
    ...situation.threads.map(({ thread, issue }) => ({ thread, of: `${repo}#${issue.number}` })),
    ...situation.nameless.map((thread) => ({ thread, of: `${repo}, whose title names no issue` })),
  ]
  const needs = threads.flatMap(({ thread }) =>
    mayBeStarting(thread, situation, observation) && !(thread.id in observation.threadStates)
      ? [{ kind: 'thread' as const, thread: thread.id }]
      : [],
  )
  const first = resumable[0]
  const atWork = threads
    .filter(({ thread }) => isAtWork(thread, situation.policy.stallSeconds, observation))
    .toSorted((a, b) => compareThreads(a.thread, b.thread))
  // The thread of an issue's own half-done dispatch holds the repo from the others, never from itself.
  const resumes = new Map(
    situation.candidates.flatMap(({ ref, thread }) =>
      thread !== null && resumable.includes(ref.number) ? [[thread.id, ref.number] as const] : [],
    ),
  )
  return {
    kind: atWork.some(({ thread }) => !resumes.has(thread.id)) ? 'thread' : first === undefined ? 'free' : 'resume',
    heldFrom: (number) => {
      const other = atWork.find(({ thread }) => resumes.get(thread.id) !== number)
      if (other) return `thread ${other.thread.id} of ${other.of}`
      return first === undefined || first === number ? null : `${repo}#${first} (half dispatched)`
    },
    resumable,
    needs,
  }
}

/**
 * Ready issues whose run's own thread is there while the lock is missing and was never put on (SPEC 5.1): the one at work first, then
 * the oldest thread. One whose run has ended all the same is no dispatch any more.
 */
function resumableOf(situation: RepoSituation, observation: PollObservation): readonly number[] {
  return situation.candidates
    .flatMap((candidate) =>
      candidate.thread === null || candidate.card?.outcome != null || wasLocked(candidate, situation, observation)
        ? []
        : [{ number: candidate.ref.number, thread: candidate.thread }],
    )
    .map((resume) => ({ ...resume, atWork: isAtWork(resume.thread, situation.policy.stallSeconds, observation) }))
    .toSorted((a, b) => Number(b.atWork) - Number(a.atWork) || compareThreads(a.thread, b.thread))
    .map(({ number }) => number)
}

function wasLocked(candidate: Candidate, situation: RepoSituation, observation: PollObservation): boolean {
  const { history, epoch } = candidate
  const who = { policy: situation.policy, self: observation.self }
  return history !== null && epoch !== null && lockFate(history, epoch, who).kind !== 'never'
}

function compareThreads(a: ThreadSummary, b: ThreadSummary): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)
}

/**
 * A thread that works, by a list that cannot always tell. One that gave no sign for `stallSeconds` holds nothing: after a restart the
 * executor shows a dead turn as running for ever (SPEC 8.3).
 */
export function isAtWork(
  thread: ThreadSummary,
  stallSeconds: number,
  observation: Pick<PollObservation, 'now' | 'threadStates'>,
): boolean {
  const quiet = observation.now.executor - thread.updatedAt > stallSeconds * 1000
  if (quiet) return false
  if (thread.state === 'settled') return observation.threadStates[thread.id] === 'starting'
  return thread.state === 'working' || thread.state === 'waiting' || thread.state === 'unknown'
}

/** `ready` means both *not begun* and *finished* (SPEC 8.2): shortly after a message only the thread itself tells. */
function mayBeStarting(thread: ThreadSummary, situation: RepoSituation, observation: PollObservation): boolean {
  return (
    thread.state === 'settled' &&
    thread.lastMessageAt !== null &&
    observation.now.executor - thread.lastMessageAt <= situation.policy.startGraceSeconds * 1000
  )
}
