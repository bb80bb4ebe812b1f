import {
  projectCreate,
  threadArchive,
  threadCreate,
  turnInterrupt,
  turnStart,
  type Command,
} from '../../src/adapters/t3/commands.ts'
import { parseAnswer } from '../../src/adapters/t3/parse.ts'
import { flagsOf, type Flagged } from '../../src/adapters/t3/pending-request.ts'
import { shellAnswer, threadAnswer } from '../../src/adapters/t3/schemas.ts'
import { summaryOf } from '../../src/adapters/t3/summary.ts'
import { viewOf } from '../../src/adapters/t3/view.ts'
import { noThread } from '../../src/core/run/no-thread.ts'
import { PortError, type Category } from '../../src/ports/errors.ts'
import type { Executor } from '../../src/ports/executor.ts'
import type { T3State } from '../sandbox/t3/state.ts'

export interface FakeExecutorOptions {
  /** The sandbox's server: what holds of receipts, rejections and windows over HTTP holds here too. */
  readonly state: T3State
  readonly publicUrl?: string
  /** As the real token says of itself. */
  readonly tokenEndsAt?: number | null
}

export interface FakeFault {
  readonly operation: keyof Executor
  readonly category: Category
  /** Calls that fail; default all. */
  readonly times?: number
  /** The write is done and only its answer lost. Default false. */
  readonly done?: boolean
}

export interface FakeExecutor {
  readonly executor: Executor
  /** Operations in the order in which they were asked for, failed ones included. */
  readonly calls: readonly (keyof Executor)[]
  fail(fault: FakeFault): void
  heal(): void
}

/** The executor without HTTP: the sandbox's T3 in this process, read through the real adapter's view. */
export function createFakeExecutor({
  state,
  publicUrl = 'https://t3.example',
  tokenEndsAt,
}: FakeExecutorOptions): FakeExecutor {
  const calls: (keyof Executor)[] = []
  let faults: { fault: FakeFault; left: number }[] = []
  let now: number | null = null
  let flags: ReadonlyMap<string, Flagged> = new Map()

  function begin(operation: keyof Executor, act: () => void = () => {}): void {
    calls.push(operation)
    const entry = faults.find(({ fault, left }) => fault.operation === operation && left > 0)
    if (entry === undefined) {
      answered()
      return
    }
    entry.left -= 1
    if (entry.fault.done === true) act()
    throw new PortError('executor', operation, entry.fault.category, `${operation}: the test has it fail`)
  }

  /** A `Date` header has whole seconds. */
  function answered(): number {
    now = Math.floor(state.clock.now() / 1000) * 1000
    return now
  }

  async function dispatch(operation: keyof Executor, command: Command): Promise<void> {
    begin(operation, () => state.dispatch(command))
    const { kind } = state.dispatch(command)
    if (kind === 'rejected')
      throw new PortError('executor', operation, 'refused', `${command.type}: rejected`, { status: 500 })
    if (kind !== 'accepted')
      throw new PortError('executor', operation, 'contract', `${command.type}: ${kind}`, { status: 400 })
  }

  const executor: Executor = {
    now: () => now,
    tokenEndsAt: () => tokenEndsAt ?? null,
    threads: async () => {
      begin('threads')
      const { projects, threads } = parseAnswer(shellAnswer, state.shell(), 'threads', 'the sandbox')
      flags = flagsOf(threads, now)
      return { projects, threads: threads.map(summaryOf) }
    },
    detail: async (threadId) => {
      begin('detail')
      const body = state.thread(threadId)
      if (body === null) return noThread(threadId, 'absent')
      return viewOf(parseAnswer(threadAnswer, body, 'detail', 'the sandbox').thread, answered(), flags.get(threadId))
    },
    createProject: (command) => dispatch('createProject', projectCreate(command)),
    createThread: (command) => dispatch('createThread', threadCreate(command)),
    startTurn: (command) => dispatch('startTurn', turnStart(command)),
    interrupt: (command) => dispatch('interrupt', turnInterrupt(command)),
    archive: (command) => dispatch('archive', threadArchive(command)),
    link: async (threadId) => {
      try {
        begin('link')
      } catch {
        return null
      }
      return `${publicUrl}/${state.environmentId()}/${encodeURIComponent(threadId)}`
    },
  }
  return {
    executor,
    calls,
    fail: (fault) => {
      faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY })
    },
    heal: () => {
      faults = []
    },
  }
}
