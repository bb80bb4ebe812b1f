import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createT3, type T3 } from '../../../src/adapters/t3/t3.ts'
import { PortError } from '../../../src/ports/errors.ts'
import type { HttpBench } from '../../sandbox/t3/http-bench.ts'
import { sample } from '../../sandbox/t3/harness.ts'
import { openT3, sampleThread, type Opened } from './support.ts'

const model = { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' } as const
const shell = '/api/orchestration/shell'
const dispatch = '/api/orchestration/dispatch'

let opened: Opened
let t3: T3
let bench: HttpBench
beforeEach(async () => {
  opened = await openT3()
  ;({ t3, bench } = opened)
})
afterEach(() => opened.close())

const start = (executor = t3.executor) =>
  executor.startTurn({ commandId: 'c1', messageId: 'm1', threadId: 't1', text: 'the secret text of an issue', model })
const paths = () => bench.server.requests.map(({ path }) => path)

/** The same adapter with other options, on the same server. */
function another(options: Partial<Parameters<typeof createT3>[0]>): T3 {
  return createT3({
    url: bench.server.url,
    publicUrl: 'https://people.example',
    token: { read: () => 'admin', reload: () => 'admin' },
    userAgent: 'afk/test',
    deadline: () => 10_000,
    clock: { now: () => performance.now(), sleep: async () => {} },
    ...options,
  })
}

describe('reads', () => {
  it.each(['502', 'reset', 'reset-mid-body'] as const)('are repeated twice on %s', async (kind) => {
    bench.server.faults.add({ match: { path: shell }, kind, times: 2 })
    expect(await t3.executor.threads()).toEqual({ projects: [], threads: [] })
    expect(paths()).toEqual([shell, shell, shell])
    expect(t3.meter.requests).toBe(3)
    expect(opened.pauses).toHaveLength(2)
    expect(opened.pauses[0]).toBeGreaterThanOrEqual(200)
    expect(opened.pauses[1]).toBeGreaterThanOrEqual(400)
  })

  it.each(['502', 'reset'] as const)('fail as unavailable when %s stays', async (kind) => {
    bench.server.faults.add({ match: { path: shell }, kind })
    await expect(t3.executor.threads()).rejects.toMatchObject({ category: 'unavailable', operation: 'threads' })
    expect(paths()).toHaveLength(3)
  })

  it.each([
    ['500', 'unavailable', 500],
    ['403', 'forbidden', 403],
    ['html', 'contract', 200],
    ['truncated-json', 'contract', 200],
  ] as const)('are not repeated on %s', async (kind, category, status) => {
    bench.server.faults.add({ match: { path: shell }, kind })
    await expect(t3.executor.threads()).rejects.toMatchObject({ category, status })
    expect(paths()).toHaveLength(1)
  })

  it('tell what to do about a web page in place of an answer (SPEC 8.6)', async () => {
    bench.server.faults.add({ match: {}, kind: 'html' })
    await expect(t3.executor.detail('t1')).rejects.toThrow(
      'GET /api/orchestration/threads/{id}: expected JSON, got text/html with 200; check AFK_T3_URL',
    )
  })

  it('wait once for a limit that ends within the tick (SPEC 10)', async () => {
    bench.server.faults.add({ match: {}, kind: '429', times: 1 })
    expect(await t3.executor.threads()).toEqual({ projects: [], threads: [] })
    expect(opened.pauses).toEqual([2000])
    bench.server.faults.add({ match: {}, kind: '429' })
    await expect(t3.executor.threads()).rejects.toMatchObject({ category: 'rate', status: 429 })
    expect(paths()).toHaveLength(4)
  })

  it('keep the seconds that a proxy asks to wait', async () => {
    bench.server.faults.add({ match: {}, kind: '429' })
    const hurried = another({ deadline: () => 2500 })
    await expect(hurried.executor.threads()).rejects.toMatchObject({ retryAfter: 2 })
    expect(paths()).toHaveLength(1)
  })

  it('take a 404 for an absent thread only in the words of T3', async () => {
    expect(await t3.executor.detail('t1')).toMatchObject({ state: 'absent' })
    const wrong = another({ url: `${bench.server.url}/prefix` })
    await expect(wrong.executor.detail('t1')).rejects.toMatchObject({ category: 'contract' })
  })
})

describe('time', () => {
  it('ends every request with the tick, and sends none after it (trap 10: never answered)', async () => {
    bench.server.faults.add({ match: {}, kind: 'hang' })
    let left = 150
    const hasty = another({ deadline: () => left, clock: { now: () => 0, sleep: async () => {} } })
    const begun = performance.now()
    const error = await hasty.executor.threads().catch((caught: unknown) => caught)
    expect(error).toMatchObject({
      category: 'unavailable',
      message: 'GET /api/orchestration/shell: no answer within 150 ms',
    })
    // Not the ten seconds that a request may take.
    expect(performance.now() - begun).toBeLessThan(8000)
    expect(hasty.meter.requests).toBe(1)
    left = 0
    await expect(hasty.executor.threads()).rejects.toThrow('not sent: the time of this tick is over')
    await expect(start(hasty.executor)).rejects.toMatchObject({ category: 'unavailable' })
    expect(hasty.meter.requests).toBe(1)
  })

  it('is never more than 10 s for one request', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout')
    await another({ deadline: () => 45_000 }).executor.threads()
    await another({ deadline: () => 2000.7 }).executor.threads()
    const seen = timeout.mock.calls.map(([ms]) => ms)
    timeout.mockRestore()
    expect(seen).toEqual([10_000, 2000])
  })

  it('of the server is the newest Date of its own answers, never that of a proxy', async () => {
    await t3.executor.threads()
    const first = t3.executor.now()
    bench.clock.tick(60_000)
    bench.server.faults.add({ match: {}, kind: '502' })
    await expect(t3.executor.threads()).rejects.toThrow('502')
    expect(t3.executor.now()).toBe(first)
    bench.server.faults.clear()
    expect(await t3.executor.detail('nobody')).toMatchObject({ state: 'absent' })
    expect(t3.executor.now()).toBe((first ?? 0) + 60_000)
  })
})

describe('writes', () => {
  beforeEach(() => bench.thread('t1'))
  const messages = () => bench.state.messages('t1').map(({ id }) => id)

  it.each(['reset', 'reset-mid-body'] as const)(
    'are repeated once with the same command id on %s, and done once',
    async (kind) => {
      bench.server.faults.add({ match: { path: dispatch }, kind, times: 1 })
      await start()
      expect(bench.server.requests.map(({ commandId }) => commandId)).toEqual(['c1', 'c1'])
      expect(messages()).toEqual(['m1'])
    },
  )

  it('are repeated after an answer that never came', async () => {
    bench.server.faults.add({ match: {}, kind: 'lost-answer', times: 1 })
    const left = [300]
    await start(another({ deadline: () => left.shift() ?? 10_000 }).executor)
    expect(messages()).toEqual(['m1'])
    expect(bench.server.requests).toHaveLength(2)
  })

  it('fail as unavailable when it stays so, and the next tick does not do them twice', async () => {
    bench.server.faults.add({ match: {}, kind: 'reset-mid-body' })
    await expect(start()).rejects.toMatchObject({ category: 'unavailable', operation: 'startTurn' })
    expect(bench.server.requests).toHaveLength(2)
    bench.server.faults.clear()
    await start()
    expect(messages()).toEqual(['m1'])
  })

  it.each([
    ['502', 'unavailable'],
    ['500', 'refused'],
    ['html', 'contract'],
  ] as const)('are not repeated on %s', async (kind, category) => {
    bench.server.faults.add({ match: { path: dispatch }, kind })
    await expect(start()).rejects.toMatchObject({ category })
    expect(bench.server.requests).toHaveLength(1)
  })

  it('name the command and the trace of a refusal, and nothing of what was sent', async () => {
    const error = await t3.executor
      .startTurn({ commandId: 'c9', messageId: 'm9', threadId: 'nobody', text: 'the secret text of an issue', model })
      .catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(PortError)
    expect(String(error)).toMatch(
      /^PortError: POST \/api\/orchestration\/dispatch \(thread\.turn\.start\): .*\(trace [0-9a-f]{32}\)$/,
    )
    expect(JSON.stringify(error) + String(error)).not.toMatch(/secret|admin/)
  })

  it('are the same to the byte when repeated, with every field that T3 requires', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch')
    await start()
    bench.clock.tick(5000)
    await start()
    await t3.executor.createThread({ commandId: 'c2', threadId: 't2', projectId: 'proj', title: 'x', model })
    const bodies = fetched.mock.calls.map(([, init]) => (typeof init?.body === 'string' ? init.body : ''))
    fetched.mockRestore()
    expect(bodies[0]).toBe(bodies[1])
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      type: 'thread.turn.start',
      commandId: 'c1',
      threadId: 't1',
      message: { messageId: 'm1', role: 'user', text: 'the secret text of an issue', attachments: [] },
      modelSelection: { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6' },
      runtimeMode: 'full-access',
      interactionMode: 'default',
      createdAt: '2020-01-01T00:00:00.000Z',
    })
    // Trap 1: nothing of `bootstrap`, which HTTP ignores; both keys are required although null.
    expect(JSON.parse(bodies[2] ?? '')).toMatchObject({ branch: null, worktreePath: null, interactionMode: 'default' })
    expect(bodies.join('')).not.toContain('bootstrap')
  })

  it('never stop a session (trap 7)', async () => {
    await start()
    await t3.executor.interrupt({ commandId: 'c-interrupt', threadId: 't1' })
    await t3.executor.archive({ commandId: 'c-archive', threadId: 't1' })
    expect(bench.server.requests.map(({ commandType }) => commandType)).toEqual([
      'thread.turn.start',
      'thread.turn.interrupt',
      'thread.archive',
    ])
  })
})

describe('the token', () => {
  /** A token file that somebody replaces while afk runs. */
  const rotating = (...values: readonly string[]) => {
    let index = 0
    let reloads = 0
    return {
      read: () => values[index] ?? '',
      reload: () => {
        reloads += 1
        index = Math.min(index + 1, values.length - 1)
        return values[index] ?? ''
      },
      reloads: () => reloads,
    }
  }

  it('is read again once after a 401, and the request repeated', async () => {
    const token = rotating('old', 'admin')
    const rotated = another({ token })
    expect(await rotated.executor.threads()).toEqual({ projects: [], threads: [] })
    await rotated.executor.threads()
    expect(token.reloads()).toBe(1)
    expect(bench.server.requests.map(({ status }) => status)).toEqual([401, 200, 200])
  })

  it('is read again once for requests that fail side by side', async () => {
    const token = rotating('old', 'admin')
    const { executor } = another({ token })
    await Promise.all([executor.threads(), executor.threads(), executor.detail('x')])
    expect(token.reloads()).toBe(1)
  })

  it.each([
    ['unchanged', ['gone'], [401]],
    ['new and wrong too', ['old', 'gone', 'admin'], [401, 401]],
  ])('fails as auth when it is %s', async (_, values, statuses) => {
    const token = rotating(...values)
    const { executor } = another({ token })
    await expect(executor.threads()).rejects.toMatchObject({ category: 'auth', status: 401 })
    expect(bench.server.requests.map(({ status }) => status)).toEqual(statuses)
    await expect(executor.threads()).rejects.toMatchObject({ category: 'auth' })
    expect(token.reloads()).toBe(1)
  })

  it('fails as auth when its file is gone, without the words of that error', async () => {
    const reload = () => {
      throw new Error('old admin secret')
    }
    const error: unknown = await another({ token: { read: () => 'old', reload } })
      .executor.threads()
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ category: 'auth', status: 401 })
    expect(String(error)).not.toContain('secret')
  })

  it.each(['', 'two words', 'line\nbreak', 'ümlaut'])('is never sent, nor shown, as %j', async (value) => {
    const error: unknown = await another({ token: { read: () => value, reload: () => value } })
      .executor.threads()
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ category: 'auth' })
    if (value !== '') expect(String(error)).not.toContain(value)
    expect(bench.server.requests).toEqual([])
  })

  it('that lacks a scope is told by its name', async () => {
    bench.thread('t1')
    const { executor } = another({ token: { read: () => 'reader', reload: () => 'reader' } })
    await executor.threads()
    await expect(start(executor)).rejects.toMatchObject({
      category: 'forbidden',
      message: expect.stringContaining('orchestration:operate'),
    })
  })
})

describe('links', () => {
  it('ask once, without a token', async () => {
    const { executor } = another({ token: { read: () => 'gone', reload: () => 'gone' } })
    const links = await Promise.all([executor.link('t1'), executor.link('t2')])
    await executor.link('t1')
    expect(links[0]).toBe(`https://people.example/${bench.state.environmentId()}/t1`)
    expect(paths()).toEqual(['/.well-known/t3/environment'])
  })

  it.each(['502', 'reset', 'html', 'truncated-json'] as const)('are null on %s, after one request', async (kind) => {
    bench.server.faults.add({ match: {}, kind })
    expect(await t3.executor.link('t1')).toBeNull()
    expect(await t3.executor.link('t1')).toBeNull()
    expect(t3.meter.requests).toBe(1)
  })
})

describe('a server that is not there', () => {
  it('is unavailable, by the code of the connection', async () => {
    await opened.close()
    await expect(t3.executor.threads()).rejects.toMatchObject({
      category: 'unavailable',
      message: 'GET /api/orchestration/shell: no answer (ECONNREFUSED)',
    })
    expect(await t3.executor.link('t1')).toBeNull()
    expect(t3.executor.now()).toBeNull()
  })
})

describe('a redirect', () => {
  it('is not followed: it could carry the token away', async () => {
    const gateway = createServer((request, response) => {
      response.writeHead(307, { location: `${bench.server.url}${request.url ?? ''}` }).end()
    })
    await new Promise<void>((resolve) => {
      gateway.listen(0, '127.0.0.1', resolve)
    })
    const { port } = gateway.address() as AddressInfo
    const { executor } = another({ url: `http://127.0.0.1:${port}` })
    await expect(executor.threads()).rejects.toMatchObject({ category: 'contract', status: 307 })
    expect(bench.server.requests).toEqual([])
    gateway.closeAllConnections()
    gateway.close()
  })
})

describe('a command that begins agent work, once a gate was shut', () => {
  const begin = (executor: T3['executor'], mayRepeat: () => boolean) =>
    executor.startTurn({ commandId: 'c1', messageId: 'm1', threadId: 't1', text: 'x', model }, { mayRepeat })

  it.each([
    ['429', { category: 'rate', status: 429 }],
    ['reset', { category: 'unavailable', message: expect.stringContaining('not sent again') }],
    ['lost-answer', { category: 'unavailable', message: expect.stringContaining('not sent again') }],
  ] as const)('is left at what it has come to: %s', async (kind, error) => {
    bench.server.faults.add({ match: {}, kind, times: 1 })
    await expect(begin(another({}).executor, () => false)).rejects.toMatchObject(error)
    expect(paths()).toEqual([dispatch])
  })

  it('is not sent with a renewed token either', async () => {
    const { executor } = another({ token: { read: inTurn('old', 'admin'), reload: () => 'admin' } })
    await expect(begin(executor, () => false)).rejects.toMatchObject({ category: 'auth', status: 401 })
    expect(paths()).toEqual([dispatch])
  })

  it('is repeated while they are open, and asks at each repetition only', async () => {
    const asked: string[] = []
    bench.server.faults.add({ match: {}, kind: 'reset', times: 1 })
    await begin(another({}).executor, () => asked.push('may it?') > 0).catch(() => {})
    expect(paths()).toEqual([dispatch, dispatch])
    expect(asked).toHaveLength(1)
  })
})

describe('a request that a thread does not show', () => {
  const shown: { activities: { kind: string }[] } = sample('thread-pending-approval')['thread'] ?? { activities: [] }
  const thread = { ...shown, activities: shown.activities.filter(({ kind }) => !kind.startsWith('approval')) }
  const threads = [{ ...thread, latestUserMessageAt: null, hasPendingApprovals: true, hasPendingUserInput: false }]
  const answering: typeof globalThis.fetch = async (url) =>
    Response.json(String(url).endsWith('/shell') ? { projects: [], threads } : { thread })

  it('is told by the list that was read before it', async () => {
    const { executor } = another({ fetch: answering })
    const { id } = sampleThread('thread-pending-approval')
    expect(await executor.detail(id)).toMatchObject({ state: 'working', pending: null })
    await executor.threads()
    expect(await executor.detail(id)).toMatchObject({ state: 'waiting', pending: { kind: 'approval', detail: '' } })
  })
})

function inTurn(...tokens: readonly [string, ...string[]]): () => string {
  const left = [...tokens]
  return () => (left.length > 1 ? left.shift() : left[0]) ?? tokens[0]
}
