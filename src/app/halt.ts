import { commandIdOf } from '../core/ids.ts'
import type { Instant, RepoName, ThreadSummary } from '../core/model.ts'
import { namelessThreads, ownThreads, type OwnThread } from '../core/titles.ts'
import type { Executor } from '../ports/executor.ts'
import { PortError } from '../ports/errors.ts'

/** One thread of afk's that was at work, and what became of it. */
export interface Halted {
  readonly thread: string
  readonly repo: RepoName
  /** Null: somebody has renamed the thread, and its title tells no issue any more. */
  readonly issue: number | null
  /** As it was found. `starting`: it was sent a message moments ago, and its turn has not begun. */
  readonly state: 'working' | 'waiting' | 'unknown' | 'starting'
  readonly result: 'interrupted' | 'failed'
  /** Whether it was seen at rest afterwards. */
  readonly stopped: boolean
  /** Until when T3 may begin the turn that it has been sent, by its own clock; null: it has begun, or stopped. */
  readonly mayBeginUntil: Instant | null
  readonly error: string | null
  readonly link: string | null
}

export interface Halt {
  readonly halted: readonly Halted[]
  /** afk's threads that were not at work, newest first: an earlier halt may have interrupted some of them. */
  readonly resting: readonly OwnThread[]
}

export interface HaltOptions {
  readonly executor: Executor
  /** How long threads are given to end, in seconds. */
  readonly waitSeconds: number
  readonly sleep: (ms: number) => Promise<void>
  readonly say: (what: string) => void
}

/** A message younger than this may belong to a turn that T3 has not begun: the list does not tell (SPEC 8.2). */
const recentMs = 10 * 60 * 1000

/**
 * Interrupts every thread of afk's that is at work, in every repo (SPEC 14), and looks whether they ended. Never `thread.session.stop`
 * (SPEC 8.4). One that cannot be interrupted does not keep the others from it. Safe to repeat: each call is a new command, because the
 * one before may have come before its turn had begun, and T3 does a known command id once only; within one second of T3's clock it is
 * the same command. Throws PortError when T3's list cannot be read. The cards are marked afterwards (`mark-halted.ts`): agents stop
 * even where GitHub cannot be reached.
 */
export async function haltAll({ executor, waitSeconds, sleep, say }: HaltOptions): Promise<Halt> {
  say('reading T3')
  const { busy, resting } = await ownByWork(executor)
  const at = Math.floor((executor.now() ?? 0) / 1000)
  const halted: Sent[] = []
  for (const { thread, repo, issue, state } of busy) {
    const { lastMessageAt } = thread
    say(`interrupting ${nameOf({ repo, issue })}`)
    const error = await failureOf(() =>
      executor.interrupt({ commandId: commandIdOf(thread.id, 'interrupt', at), threadId: thread.id }),
    )
    const link = await executor.link(thread.id)
    const result = error === null ? 'interrupted' : 'failed'
    halted.push({ thread: thread.id, repo, issue, state, lastMessageAt, result, error, link })
  }
  const working = await stillWorking(executor, halted, waitSeconds, sleep, say)
  return {
    halted: halted.map(({ lastMessageAt, ...one }) => {
      const state = working.get(one.thread)
      const isWaiting = state === 'starting' && lastMessageAt !== null
      return { ...one, stopped: state === undefined, mayBeginUntil: isWaiting ? lastMessageAt + recentMs : null }
    }),
    resting,
  }
}

/** Interrupted, or tried to be, and not looked at again yet. */
type Sent = Omit<Halted, 'stopped' | 'mayBeginUntil'> & { readonly lastMessageAt: Instant | null }

type Busy = Pick<Halted, 'repo' | 'issue' | 'state'> & Pick<OwnThread, 'thread'>

/** For people. */
export function nameOf({ repo, issue }: Pick<Halted, 'repo' | 'issue'>): string {
  return issue === null ? `${repo} (a renamed thread)` : `${repo}#${issue}`
}

async function ownByWork(executor: Executor): Promise<{ busy: readonly Busy[]; resting: readonly OwnThread[] }> {
  const { threads, projects } = await executor.threads()
  const now = executor.now()
  const busy: Busy[] = []
  const resting: OwnThread[] = []
  const own = ownThreads(threads, projects)
  const all = [
    ...own.map((one) => ({ own: one, thread: one.thread, repo: one.issue.repo, issue: one.issue.number })),
    ...namelessThreads(threads, projects, [], now ?? 0).map((one) => ({ own: null, ...one, issue: null })),
  ]
  for (const { own: named, thread, ...of } of all) {
    const { state } = thread
    if (state === 'working' || state === 'waiting' || state === 'unknown') busy.push({ thread, ...of, state })
    else if (mayBeStarting(thread, now) && (await isStarting(executor, thread.id)))
      busy.push({ thread, ...of, state: 'starting' })
    else if (state === 'settled' && named !== null) resting.push(named)
  }
  return { busy, resting: resting.toSorted((a, b) => b.thread.updatedAt - a.thread.updatedAt) }
}

function mayBeStarting({ state, lastMessageAt }: ThreadSummary, now: number | null): boolean {
  return state === 'settled' && lastMessageAt !== null && (now === null || now - lastMessageAt <= recentMs)
}

/** What cannot be read may be at work: an interrupt of nothing does no harm. */
async function isStarting(executor: Executor, thread: string): Promise<boolean> {
  try {
    const { state } = await executor.detail(thread)
    return state === 'starting' || state === 'working' || state === 'waiting'
  } catch (thrown) {
    if (thrown instanceof PortError) return true
    throw thrown
  }
}

/** Those of them that are not at rest, as they were last seen. */
async function stillWorking(
  executor: Executor,
  halted: readonly Sent[],
  waitSeconds: number,
  sleep: (ms: number) => Promise<void>,
  say: (what: string) => void,
): Promise<ReadonlyMap<string, Halted['state']>> {
  let working = new Map(halted.map(({ thread, state }) => [thread, state]))
  for (let waited = 0; working.size > 0; waited += 1) {
    const now = await statesOf(executor)
    if (now !== null) working = new Map([...now].filter(([id]) => working.has(id)))
    if (waited >= waitSeconds || working.size === 0) return working
    say(`waiting for ${working.size} to end`)
    await sleep(1000)
  }
  return working
}

/** Null: could not be read now; nothing is known, and nothing is taken for stopped. */
async function statesOf(executor: Executor): Promise<ReadonlyMap<string, Halted['state']> | null> {
  try {
    return new Map((await ownByWork(executor)).busy.map(({ thread, state }) => [thread.id, state]))
  } catch (thrown) {
    if (thrown instanceof PortError) return null
    throw thrown
  }
}

async function failureOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (thrown) {
    if (!(thrown instanceof PortError)) throw thrown
    return `${thrown.category}: ${thrown.message}`
  }
}
