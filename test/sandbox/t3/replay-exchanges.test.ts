import { afterEach, describe, expect, it } from 'vitest'
import { sample } from './harness.ts'
import { admin, httpBench, type HttpAnswer, type HttpBench } from './http-bench.ts'
import { advance } from './manual-clock.ts'
import { shapeOf } from './shape.ts'

interface Exchange {
  request?: Record<string, unknown>
  status: number
  contentType?: string | null
  body: unknown
}

const DISPATCH = '/api/orchestration/dispatch'
const T = '5f0c1c6e-2222-5aaa-8bbb-000000000001'
const P = '5f0c1c6e-1111-5aaa-8bbb-000000000001'
const jsonType = { 'content-type': 'application/json' }
let open: HttpBench | null = null

afterEach(async () => {
  await open?.server.close()
  open = null
})

describe('dispatch-and-errors', () => {
  const long = {
    projectId: P,
    title: 'x',
    modelSelection: { instanceId: 'claudeAgent', model: 'm' },
    runtimeMode: 'full-access',
    branch: null,
    worktreePath: null,
    createdAt: 'x',
  }
  /** Exchanges whose request the recording left out, or which are no command. */
  const special: Record<string, (b: HttpBench) => Promise<HttpAnswer>> = {
    'thread.create 5000-char ids': (b) =>
      b.post({
        ...long,
        type: 'thread.create',
        commandId: 'c'.repeat(5000),
        threadId: 't'.repeat(5000),
      }),
    'thread.create 20000-char title': (b) =>
      b.post({
        ...long,
        type: 'thread.create',
        commandId: 'c2',
        threadId: 't2',
        title: 'x'.repeat(20_000),
      }),
    'malformed json': (b) => b.request('POST', DISPATCH, { headers: { ...admin, ...jsonType }, body: '{"type":' }),
    'empty body': (b) => b.request('POST', DISPATCH, { headers: { ...admin, ...jsonType } }),
    'no content-type text/plain': (b) =>
      b.request('POST', DISPATCH, {
        headers: { ...admin, 'content-type': 'text/plain' },
        body: '{}',
      }),
    'thread id with slash GET encoded': (b) =>
      b.get(`/api/orchestration/threads/${encodeURIComponent('gitlab/proj#12 é')}`),
    'archived thread GET': (b) => b.get('/api/orchestration/threads/t-legacy'),
    'deleted thread GET': (b) => b.get('/api/orchestration/threads/t-extra'),
    'thread T GET': (b) => b.get(`/api/orchestration/threads/${T}`),
  }

  it('answers every exchange of a fresh server as recorded, sequence numbers included', async () => {
    const b = (open = await httpBench({
      dirs: ['/data', '/data/proj1', '/data/nogit'],
      files: ['/data/proj1/README.md'],
    }))
    const exchanges = Object.entries(sample('dispatch-and-errors') as unknown as Record<string, Exchange>)
    expect(exchanges.length).toBeGreaterThan(60)
    for (const [name, exchange] of exchanges) {
      const answer = await (special[name]?.(b) ?? b.post(exchange.request))
      expect(compared(answer), name).toEqual(compared(exchange))
      await advance(b.state, b.clock, 150)
    }
  })
})

describe('bootstrap-and-turnstart', () => {
  const turn = {
    type: 'thread.turn.start',
    runtimeMode: 'full-access',
    interactionMode: 'default',
    createdAt: 'x',
  }
  const big = (id: string, text: string): object => ({
    ...turn,
    commandId: `big-${id}`,
    threadId: 'long-2',
    message: { messageId: `big-${id}`, role: 'user', text, attachments: [] },
  })

  it('answers every exchange as recorded, on a server whose reactor a session.stop has blocked', async () => {
    const b = (open = await httpBench({ dirs: ['/data', '/data/proj1'] }))
    await blockReactor(b)
    const before = b.state.snapshot() as { snapshotSequence: number }
    const offset = 138 - before.snapshotSequence
    const exchanges = Object.entries(sample('bootstrap-and-turnstart') as unknown as Record<string, Exchange>)
    for (const [name, exchange] of exchanges) {
      if (name.endsWith(' state')) {
        const { body } = await b.get(`/api/orchestration/threads/${name.split(' ')[0]}`)
        expect((body as { thread: object }).thread, name).toMatchObject(exchange)
        continue
      }
      const answer = await b.post(requestFor(name, exchange))
      expect(answer.status, name).toBe(exchange.status)
      if (exchange.status === 200) {
        expect((answer.body as { sequence: number }).sequence + offset, name).toBe(
          (exchange.body as { sequence: number }).sequence,
        )
      } else expect(compared(answer), name).toEqual(compared(exchange))
      await advance(b.state, b.clock, 1000)
    }
    const { body } = await b.get('/api/orchestration/threads/boot-3')
    expect((body as { thread: object }).thread).toMatchObject({
      branch: null,
      worktreePath: null,
      latestTurn: null,
      session: null,
    })
  })

  function requestFor(name: string, exchange: Exchange): unknown {
    if (name === 'turn.start 120001 chars') return { ...big('120001', 'x'.repeat(120_001)), threadId: 'long-1' }
    if (name === '30MB') return big(name, 'x'.repeat(30_000_000))
    if (name === '1MB') return big(name, 'x'.repeat(1_000_000))
    return exchange.request
  }

  /** The state in which the recording was made: an archived and a deleted thread, and a stop that waits for a silent agent. */
  async function blockReactor(b: HttpBench): Promise<void> {
    const create = {
      type: 'project.create',
      projectId: P,
      title: 'proj1',
      workspaceRoot: '/data/proj1',
    }
    b.send(create.type, create)
    for (const threadId of ['t-legacy', 't-extra', 'hung']) b.thread(threadId, { projectId: P })
    b.send('thread.archive', { threadId: 't-legacy' })
    b.send('thread.delete', { threadId: 't-extra' })
    b.start('hung', '[[hang]]')
    await advance(b.state, b.clock, 1000)
    b.send('thread.session.stop', { threadId: 'hung' })
    await advance(b.state, b.clock, 5000)
    expect(b.state.isReactorBusy()).toBe(true)
  }
})

describe('auth-and-routes', () => {
  const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
  const snapshot = '/api/orchestration/snapshot'
  const get = (path: string, headers?: Record<string, string>) => (b: HttpBench) =>
    b.request('GET', path, headers === undefined ? {} : { headers })
  const exchangeFor =
    (scope: string, credential = 'pair-1') =>
    (b: HttpBench) => {
      const form = {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: credential,
        scope,
      }
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return b.request('POST', '/oauth/token', {
        headers,
        body: new URLSearchParams(form).toString(),
      })
    }
  const valid = JSON.stringify({ type: 'thread.delete', commandId: 'c', threadId: 't' })
  const calls: Record<string, (b: HttpBench) => Promise<HttpAnswer>> = {
    'no token': get(snapshot),
    'garbage token': get(snapshot, bearer('garbage')),
    'tampered token': get(snapshot, bearer('adminx')),
    'expired token (ttl 3s)': get(snapshot, bearer('old')),
    'revoked token': get(snapshot, bearer('gone')),
    'Basic scheme': get(snapshot, { authorization: 'Basic YWRtaW4=' }),
    'lowercase bearer': get(snapshot, { authorization: 'bearer admin' }),
    'no token dispatch': (b) => b.request('POST', DISPATCH, { headers: jsonType, body: '{"bad":' }),
    'no token dispatch valid body': (b) => b.request('POST', DISPATCH, { headers: jsonType, body: valid }),
    'oauth bad scope': exchangeFor('orchestration:everything'),
    'oauth exchange read-only': exchangeFor('orchestration:read'),
    'oauth exchange again (one-time)': exchangeFor('orchestration:read'),
    'read-only snapshot': get(snapshot, bearer('reader')),
    'read-only dispatch': (b) =>
      b.request('POST', DISPATCH, { headers: { ...jsonType, ...bearer('reader') }, body: valid }),
    'session state with token': get('/api/auth/session', admin),
    'session state no token': get('/api/auth/session'),
    'descriptor (unauth)': get('/.well-known/t3/environment'),
    'unknown api path GET': get('/api/nope', admin),
    'unknown api path POST': (b) => b.request('POST', '/api/nope', { headers: admin }),
    'GET dispatch': get(DISPATCH, admin),
    'empty snapshot': get(snapshot, admin),
    'empty shell': get('/api/orchestration/shell', admin),
    'thread 404': get('/api/orchestration/threads/nope', admin),
    'origin evil': get(snapshot, { ...admin, origin: 'https://evil.example' }),
  }

  it('answers every exchange as recorded', async () => {
    const b = (open = await httpBench({}, { pairings: ['pair-1'], hasWebBundle: false }))
    const exchanges = Object.entries(sample('auth-and-routes') as unknown as Record<string, Exchange>)
    expect(exchanges.map(([name]) => name)).toEqual(Object.keys(calls))
    for (const [name, exchange] of exchanges) {
      const answer = await calls[name]?.(b)
      expect(answer === undefined ? null : compared(answer), name).toEqual(compared(exchange))
    }
  })

  it('answers a preflight as recorded', async () => {
    const b = (open = await httpBench())
    const answer = await b.request('OPTIONS', DISPATCH)
    const { preflight } = sample('misc') as unknown as {
      preflight: { status: number; headers: Record<string, string> }
    }
    expect(answer.status).toBe(preflight.status)
    const { date: _, ...headers } = preflight.headers
    expect(Object.fromEntries(answer.headers)).toMatchObject(headers)
  })

  it('an exchanged token has its scopes and no others', async () => {
    const b = (open = await httpBench({}, { pairings: ['pair-1'] }))
    const { body } = await exchangeFor('orchestration:read')(b)
    const token = (body as { access_token: string }).access_token
    expect((await get('/api/orchestration/shell', bearer(token))(b)).status).toBe(200)
    const refused = await b.request('POST', DISPATCH, {
      headers: { ...jsonType, ...bearer(token) },
      body: valid,
    })
    expect(refused).toMatchObject({
      status: 403,
      body: { requiredScope: 'orchestration:operate' },
    })
  })
})

/** Sequences are compared by value, everything else by shape. */
function compared(exchange: { status: number; contentType?: string | null; body: unknown }): object {
  const { status, contentType, body } = exchange
  const sequence = typeof body === 'object' && body !== null && 'sequence' in body ? body.sequence : null
  return { status, contentType: contentType ?? null, sequence, body: shapeOf(body) }
}
