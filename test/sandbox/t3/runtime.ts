import type { Agent, Step } from './agent.ts'
import type { Clock, Thread, Turn } from './model.ts'
import type { Scheduler } from './scheduler.ts'
import type { Store } from './store.ts'
import type { Timing } from './timing.ts'

/** A message that asks for a turn. `commandAt` is when it was accepted, which T3 also takes for the turn's start. */
export interface StartRequest {
  threadId: string
  messageId: string
  text: string
  instanceId: string
  model: string
  commandAt: number
}

/** A turn that an agent is working on, in the server's memory. */
export interface LiveTurn {
  turn: Turn
  request: StartRequest
  steps: Step[]
  index: number
  /** Cancels the step that is due next. */
  cancel: () => void
  /** When the provider says something next: what a session.stop waits for. Null while it is silent or waits for a person. */
  nextAt: number | null
  partial: string
  tokens: number
  lastTokens: number
  waiting: {
    requestId: string
    resolve: (answer: Record<string, unknown>, at: number) => void
  } | null
  /** It was interrupted or stopped, and its last words are on their way. */
  ending: boolean
  /** It waited behind another turn of the same agent process. */
  wasQueued: boolean
  /** Checkpoints need a git repository. Judged when the turn begins: what it clones counts from the next turn on. */
  git: boolean
}

/** What the agent itself remembers of a thread, on its own disk. */
export interface Memory {
  history: string[]
  turns: number
  attempts: number
  lastTotal: number | null
}

/** The folders of the machine that T3 runs on. */
export interface World {
  cwd: string
  dirs: Set<string>
  files: Set<string>
  gitDirs: Set<string>
}

export type Instances = Record<string, 'ok' | 'missing-binary'>

/** The running process: everything here is lost in a restart, except `memory` and `world`. */
export interface Runtime {
  clock: Clock
  timing: Timing
  store: Store
  scheduler: Scheduler
  agent: Agent
  instances: Instances
  world: World
  memory: Map<string, Memory>
  live: Map<string, LiveTurn>
  /** Threads whose turn was handed to the agent and is not shown as running yet, and when it will be. */
  starting: Map<string, number>
  /** Turn starts that a busy thread's agent has taken into its own queue. */
  queued: Map<string, StartRequest[]>
  reactor: Reactor
  /** Goes up with every restart: what a former process promised does not count. */
  generation: number
  /** Side effects that have not settled yet. */
  pending: Set<Promise<void>>
  /** The first thing that went wrong in an agent's own code: a bug of the test, rethrown by the next settle. */
  crash: { error: unknown } | null
}

export type Job = (at: number, release: (at: number) => void) => void

export interface Reactor {
  enqueue(at: number, job: Job): void
  /** A job runs: when one never releases, nothing that was accepted ever happens. */
  isBusy(): boolean
}

/**
 * The one queue of the whole server in which accepted commands take effect, one after another. It lives in memory only, which is why a
 * command that was accepted and not begun is lost when the process dies.
 */
export function createReactor(scheduler: Scheduler): Reactor {
  const queue: { readyAt: number; job: Job }[] = []
  let busy = false
  return {
    enqueue: (at, job) => {
      queue.push({ readyAt: at, job })
      next(at)
    },
    isBusy: () => busy,
  }

  function next(at: number): void {
    const head = busy ? undefined : queue.shift()
    if (head === undefined) return
    busy = true
    scheduler.at(Math.max(at, head.readyAt), (due) => {
      let released = false
      head.job(due, (freeAt) => {
        if (released) return
        released = true
        scheduler.at(freeAt, (now) => {
          busy = false
          next(now)
        })
      })
    })
  }
}

export function memoryOf(runtime: Runtime, threadId: string): Memory {
  const known = runtime.memory.get(threadId)
  if (known !== undefined) return known
  const fresh: Memory = { history: [], turns: 0, attempts: 0, lastTotal: null }
  runtime.memory.set(threadId, fresh)
  return fresh
}

/** Does the job now, or as soon as a turn of the thread that is just starting runs. */
export function whenBegun(runtime: Runtime, threadId: string, job: Job): Job {
  return (at, release) => {
    const begunAt = runtime.starting.get(threadId)
    if (begunAt === undefined || begunAt <= at) return job(at, release)
    runtime.scheduler.at(begunAt, (now) => job(now, release))
  }
}

/** A thread's row; the caller got the id from the store itself. */
export function requireThread(runtime: Runtime, threadId: string): Thread {
  const thread = runtime.store.threads.get(threadId)
  if (thread === undefined) throw new Error(`sandbox bug: thread ${threadId} is not in the store`)
  return thread
}
