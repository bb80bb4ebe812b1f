import type { Agent } from './agent.ts'
import { dispatchCommand } from './dispatch.ts'
import { createIds } from './ids.ts'
import type { Clock, DispatchResult, Message } from './model.ts'
import { createReactor, type Instances, type Runtime } from './runtime.ts'
import { createScheduler, type Scheduler } from './scheduler.ts'
import { finish, say, tokens } from './steps.ts'
import { createStore, type Store } from './store.ts'
import { measuredTiming, type Timing } from './timing.ts'
import { messagesOf, titlesOf, viewShell, viewSnapshot, viewThread } from './view.ts'

export interface T3Options {
  clock: Clock
  /** Calls back at a time of the clock, so that agents act although nobody reads. Without it stages advance on reads only. */
  schedule?: (at: number, wake: () => void) => void
  agent?: Agent
  /** Existing folders (default `/data`), files, and which of the folders are git repositories. */
  dirs?: Iterable<string>
  files?: Iterable<string>
  gitDirs?: Iterable<string>
  /** The server's working directory, against which relative roots are resolved. Default `/data`. */
  cwd?: string
  instances?: Instances
  timing?: Partial<Timing>
  seed?: string
}

/**
 * A T3 Code 0.0.28 server without its HTTP: accepts commands, and shows what became of them by now. Time is the injected clock's and
 * stages advance lazily, on each call, every one stamped with the time at which it was due.
 */
export interface T3State {
  readonly clock: Clock
  /** Any body; what does not fit is answered as T3 does, nothing is thrown. */
  dispatch(body: unknown): DispatchResult
  snapshot(): object
  shell(): object
  /** Null for an unknown, archived or deleted thread. */
  thread(id: string): object | null
  /** The same without a copy, for those who keep nothing of it: it changes with the state. */
  peekThread(id: string): object | null
  /** Ids and titles of all threads that are neither archived nor deleted. */
  titles(): readonly { readonly id: string; readonly title: string }[]
  environmentId(): string
  messages(threadId: string): Message[]
  /** Makes all happen that is due by now. Throws what an agent's own code threw. */
  settle(): void
  /** The same, and waits for side effects that return promises. */
  settled(): Promise<void>
  /** When the next stage is due (the idle reaper aside), null when nothing is under way. A test moves its clock there. */
  nextAt(): number | null
  /** The reactor is held by a job, which is for good after a session.stop of a silent turn. */
  isReactorBusy(): boolean
  /**
   * The process dies and comes back with its disk. Without `kill` a running turn keeps it from ending, as SIGTERM does: then nothing
   * happens and the answer is false.
   */
  restart(options: { kill: boolean }): boolean
  /** A fresh server on an empty disk, with another environment id. */
  loseData(): void
  /** When the process came up, by the clock. */
  startedAt(): number
  /** Tells that the process died; the returned function ends the subscription. */
  onRestart(listener: () => void): () => void
  setAgent(agent: Agent): void
  traceId(): string
  readonly dirs: Set<string>
  readonly gitDirs: Set<string>
}

export function createT3State(options: T3Options): T3State {
  const { clock } = options
  const ids = createIds(options.seed ?? 't3')
  const listeners = new Set<() => void>()
  const scheduler = createScheduler(clock, wake)
  const runtime = boot(options, createStore(ids), scheduler)
  let startedAt = clock.now()

  const settle = (): void => {
    scheduler.settle()
    const { crash } = runtime
    runtime.crash = null
    if (crash !== null) throw crash.error
  }
  const read = <T>(view: () => T): T => {
    settle()
    // A copy, as over the wire: what was read does not change afterwards.
    return plainCopy(view())
  }
  const die = (): void => {
    scheduler.clear()
    runtime.generation += 1
    runtime.live.clear()
    runtime.starting.clear()
    runtime.queued.clear()
    runtime.reactor = createReactor(scheduler)
    startedAt = clock.now()
    for (const listener of listeners) listener()
  }

  return {
    clock,
    dirs: runtime.world.dirs,
    gitDirs: runtime.world.gitDirs,
    dispatch: (body) => {
      settle()
      return dispatchCommand(runtime, structuredClone(body), clock.now())
    },
    snapshot: () => read(() => viewSnapshot(runtime.store)),
    shell: () => read(() => viewShell(runtime.store)),
    thread: (id) => read(() => viewThread(runtime.store, id)),
    peekThread: (id) => {
      settle()
      return viewThread(runtime.store, id)
    },
    titles: () => {
      settle()
      return titlesOf(runtime.store)
    },
    messages: (threadId) => read(() => messagesOf(runtime.store, threadId)),
    environmentId: () => runtime.store.environmentId,
    settle,
    settled: async () => {
      settle()
      while (runtime.pending.size > 0) {
        await Promise.all(runtime.pending)
        settle()
      }
    },
    nextAt: () => scheduler.nextAt(),
    isReactorBusy: () => {
      settle()
      return runtime.reactor.isBusy()
    },
    restart: ({ kill }) => {
      settle()
      if (!kill && runtime.live.size > 0) return false
      die()
      return true
    },
    loseData: () => {
      die()
      runtime.store = createStore(ids)
      runtime.memory.clear()
    },
    startedAt: () => startedAt,
    onRestart: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    setAgent: (agent) => {
      runtime.agent = agent
    },
    traceId: () => ids.trace(),
  }

  function wake(at: number): void {
    // Timers may fire a little early, by a clock that counts whole milliseconds.
    options.schedule?.(at, () => (clock.now() < at ? wake(at) : settle()))
  }
}

function boot(options: T3Options, store: Store, scheduler: Scheduler): Runtime {
  const cwd = options.cwd ?? '/data'
  return {
    clock: options.clock,
    timing: { ...measuredTiming, ...options.timing },
    store,
    scheduler,
    agent: options.agent ?? { turn: () => [tokens(1320), say('Done.'), finish()] },
    instances: options.instances ?? { claudeAgent: 'ok', codex: 'missing-binary' },
    world: {
      cwd,
      dirs: new Set(options.dirs ?? [cwd]),
      files: new Set(options.files),
      gitDirs: new Set(options.gitDirs),
    },
    memory: new Map(),
    live: new Map(),
    starting: new Map(),
    queued: new Map(),
    reactor: createReactor(scheduler),
    generation: 0,
    pending: new Set(),
    crash: null,
  }
}

/** As JSON would copy it, without writing out the texts: they are long, and cannot change. */
function plainCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plainCopy) as T
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(fields.map(([key, field]) => [key, plainCopy(field)])) as T
}
