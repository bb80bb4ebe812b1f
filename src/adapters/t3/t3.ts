import type { Clock } from '../../ports/clock.ts'
import { noThread } from '../../core/run/no-thread.ts'
import { PortError } from '../../ports/errors.ts'
import type { Fetch } from '../../ports/fetch.ts'
import type { Executor, Sending } from '../../ports/executor.ts'
import { createCall } from './call.ts'
import { projectCreate, threadArchive, threadCreate, turnInterrupt, turnStart, type Command } from './commands.ts'
import { createExchange } from './exchange.ts'
import { parseAnswer } from './parse.ts'
import { flagsOf, type Flagged } from './pending-request.ts'
import { dispatchAnswer, environmentAnswer, shellAnswer, threadAnswer } from './schemas.ts'
import { summaryOf } from './summary.ts'
import { tokenEndOf } from './token-end.ts'
import { viewOf } from './view.ts'

export interface T3Options {
  /** Of the server, without the path of its API. */
  readonly url: string
  /** What people reach it by. */
  readonly publicUrl: string
  readonly token: { readonly read: () => string; readonly reload: () => string }
  readonly userAgent: string
  /** Milliseconds left of the tick. */
  readonly deadline: () => number
  readonly clock: Clock
  /** The global one by default. */
  readonly fetch?: Fetch
}

export interface T3 {
  readonly executor: Executor
  /** Requests sent in this tick, repeated ones included. */
  readonly meter: { requests: number }
}

/** T3 Code over its HTTP API (SPEC 8; measured on version 0.0.28). Connects on the first call only. */
export function createT3(options: T3Options): T3 {
  const meter = { requests: 0 }
  const exchange = createExchange({ ...options, meter })
  const call = createCall({ exchange, token: options.token, deadline: options.deadline, clock: options.clock })
  let environment: Promise<string | null> | null = null
  let flags: ReadonlyMap<string, Flagged> = new Map()

  async function dispatch(operation: string, command: Command, { mayRepeat }: Sending = {}): Promise<void> {
    const path = '/api/orchestration/dispatch'
    const endpoint = `POST ${path} (${command.type})`
    const { body } = await call({ operation, method: 'POST', path, endpoint, body: JSON.stringify(command), mayRepeat })
    parseAnswer(dispatchAnswer, body, operation, endpoint)
  }

  async function readEnvironment(): Promise<string | null> {
    const endpoint = 'GET /.well-known/t3/environment'
    try {
      const { body } = await call({ operation: 'link', method: 'GET', path: endpoint.slice(4), endpoint, once: true })
      return parseAnswer(environmentAnswer, body, 'link', endpoint).environmentId
    } catch (error) {
      // A link is a convenience: without it the texts name the thread's id alone.
      if (error instanceof PortError) return null
      throw error
    }
  }

  const executor: Executor = {
    now: () => call.serverTime(),
    tokenEndsAt: () => {
      try {
        return tokenEndOf(options.token.read())
      } catch {
        // A token that cannot be read has failed the tick's first request already.
        return null
      }
    },
    threads: async () => {
      const endpoint = 'GET /api/orchestration/shell'
      const { body, at } = await call({ operation: 'threads', method: 'GET', path: endpoint.slice(4), endpoint })
      const { projects, threads } = parseAnswer(shellAnswer, body, 'threads', endpoint)
      flags = flagsOf(threads, at)
      return { projects, threads: threads.map(summaryOf) }
    },
    detail: async (threadId) => {
      const endpoint = 'GET /api/orchestration/threads/{id}'
      const path = `/api/orchestration/threads/${encodeURIComponent(threadId)}`
      try {
        const { body, at } = await call({ operation: 'detail', method: 'GET', path, endpoint })
        return viewOf(parseAnswer(threadAnswer, body, 'detail', endpoint).thread, at, flags.get(threadId))
      } catch (error) {
        if (error instanceof PortError && error.category === 'not-found') return noThread(threadId, 'absent')
        throw error
      }
    },
    createProject: (command, sending) => dispatch('createProject', projectCreate(command), sending),
    createThread: (command, sending) => dispatch('createThread', threadCreate(command), sending),
    startTurn: (command, sending) => dispatch('startTurn', turnStart(command), sending),
    interrupt: (command) => dispatch('interrupt', turnInterrupt(command)),
    archive: (command) => dispatch('archive', threadArchive(command)),
    link: async (threadId) => {
      environment ??= readEnvironment()
      const id = await environment
      if (id === null) return null
      return `${withoutSlash(options.publicUrl)}/${encodeURIComponent(id)}/${encodeURIComponent(threadId)}`
    },
  }
  return { executor, meter }
}

function withoutSlash(url: string): string {
  return url.endsWith('/') ? withoutSlash(url.slice(0, -1)) : url
}
