import { createT3 } from '../../../src/adapters/t3/t3.ts'
import { plainFetch } from '../../../src/plain-fetch.ts'
import type { Executor } from '../../../src/ports/executor.ts'
import { httpBench } from '../../sandbox/t3/http-bench.ts'
import { always, type Exceptions } from './faults.ts'
import { tokenFile, type ConnectOptions, type Operations, type Ready, type Row } from './service.ts'

type T3 = Ready<Awaited<ReturnType<typeof openT3>>>

const model = { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' } as const

/** A server with one thread, in which a turn hangs. */
export async function openT3() {
  const bench = await httpBench()
  const { state, server } = bench
  bench.thread('t1')
  bench.start('t1', '[[hang]]')
  const connected = {
    upstream: server.url,
    connect: (url: string, { deadlineMs, stale }: ConnectOptions) => {
      const { token, rotate, reloads } = tokenFile('admin', stale)
      const clock = {
        now: () => performance.now(),
        sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
      }
      const options = { url, publicUrl: 'https://t3.example', token, userAgent: 'afk/test', clock, fetch: plainFetch }
      const { meter: _, ...ports } = createT3({ ...options, deadline: () => deadlineMs })
      return { ports, rotate, reloads }
    },
    close: () => server.close(),
  }
  return { ...connected, state, server }
}

/** T3's errors are JSON with a tag and a reason; its 500 for a defect is empty (contracts of T3, 5). */
export function t3Words(status: number) {
  const reason = status === 404 ? 'thread_not_found' : `status_${String(status)}`
  const body = status === 500 ? '' : JSON.stringify({ _tag: 'EnvironmentError', code: 'error', reason, traceId: 'a1' })
  return { type: 'application/json', body }
}

/** What T3 never answers comes from somebody else. */
export const t3Exceptions: Exceptions = {
  '409': 'contract',
  '422': 'contract',
  '301 on the same host': 'contract',
  '301 to another host': 'contract',
}

/** A command that met a 5xx may have been recorded: the next tick sends it again under the same id. */
const nextTick: Exceptions = { '500 once': 'unavailable', '502 once': 'unavailable' }

const command = (
  ask: (executor: Executor) => Promise<void>,
  type: string,
  more: Partial<Row<T3>> = {},
): readonly Row<T3>[] => [
  {
    manner: 'again',
    ask: ({ ports }) => ask(ports.executor),
    done: ({ server }) =>
      // The same command id is the same command, done once: what was accepted is counted by its id.
      new Set(server.requests.flatMap((one) => (one.commandType === type && one.status === 200 ? [one.commandId] : [])))
        .size,
    exceptions: nextTick,
    ...more,
  },
]

export const executorRows: Operations<T3> = {
  now: 'local',
  tokenEndsAt: 'local',
  threads: [
    {
      manner: 'again',
      ask: ({ ports }) => ports.executor.threads(),
      answers: { projects: [{ id: 'proj' }, { id: 'nogit' }], threads: [{ id: 't1' }] },
    },
  ],
  detail: [
    {
      manner: 'again',
      ask: async ({ ports }) => {
        const { state, messages } = await ports.executor.detail('t1')
        return { state, messages: messages.length }
      },
      answers: { messages: 1 },
      exceptions: { '404': { value: { state: 'absent', messages: 0 } } },
    },
  ],
  createProject: command(
    (executor) =>
      executor.createProject({
        commandId: 'c1',
        projectId: 'p2',
        title: 'acme/shop',
        workspaceRoot: '/data/acme__shop',
      }),
    'project.create',
  ),
  createThread: command(
    (executor) =>
      executor.createThread({ commandId: 'c1', threadId: 't2', projectId: 'proj', title: 'acme/shop#2 Two', model }),
    'thread.create',
  ),
  startTurn: command(
    (executor) => executor.startTurn({ commandId: 'c1', messageId: 'm1', threadId: 't1', text: 'Go on.', model }),
    'thread.turn.start',
    { done: ({ state }) => state.messages('t1').filter(({ text }) => text === 'Go on.').length },
  ),
  interrupt: command((executor) => executor.interrupt({ commandId: 'c1', threadId: 't1' }), 'thread.turn.interrupt'),
  archive: command((executor) => executor.archive({ commandId: 'c1', threadId: 't1' }), 'thread.archive'),
  link: [
    {
      manner: 'again',
      ask: async ({ ports }) => (await ports.executor.link('t1'))?.split('/').length ?? null,
      answers: 5,
      isAnonymous: true,
      // A convenience, asked for once: without it the texts name the thread alone.
      exceptions: always({ value: null }),
    },
  ],
}
