import { afterEach, describe, expect, it } from 'vitest'
import { bench, sample } from './harness.ts'
import { httpBench, type HttpBench } from './http-bench.ts'
import { advance } from './manual-clock.ts'
import { documentOf, observe } from './trace-rows.ts'
import { failStart, neverStart } from './steps.ts'

/** The ten surprises with which the measured contract of T3 Code 0.0.28 begins; each a trap for a client. */

let open: HttpBench | null = null
afterEach(async () => {
  await open?.server.close()
  open = null
})

const like = { lt: null, sess: null }
const bootstrap = {
  prepareWorktree: { projectCwd: '/data/proj', baseBranch: 'main', branch: 'x' },
  runSetupScript: true,
}

describe('surprise', () => {
  it('1: bootstrap over HTTP is a 500 on an absent thread and silently ignored on an existing one', async () => {
    const b = bench()
    expect(b.start('absent', 'hi', { bootstrap: { createThread: {} } }).kind).toBe('rejected')
    b.thread('there')
    expect(b.start('there', 'hi', { bootstrap }).kind).toBe('accepted')
    await advance(b.state, b.clock, 5000)
    expect(documentOf(b.state, 'there')).toMatchObject({
      branch: null,
      worktreePath: null,
      latestTurn: { state: 'completed' },
    })
  })

  it('2: latestTurn vanishes between turn and checkpoint, on a new turn, after session.stop, and for good without git', async () => {
    const b = bench()
    b.thread('git')
    const states = await statesOf(b, 'git', () => b.start('git', 'hi'))
    expect(states).toEqual(['null', 'running', 'null', 'completed'])
    expect(await statesOf(b, 'git', () => b.start('git', 'again'))).toEqual([
      'completed',
      'null',
      'running',
      'null',
      'completed',
    ])
    expect(await statesOf(b, 'git', () => b.send('thread.session.stop', { threadId: 'git' }))).toEqual([
      'completed',
      'null',
    ])
    b.thread('plain', { projectId: 'nogit' })
    expect(await statesOf(b, 'plain', () => b.start('plain', 'hi'))).toEqual(['null', 'running', 'null'])
    expect(documentOf(b.state, 'plain').messages).toHaveLength(2)
  })

  it('2: the idle reaper makes a completed turn vanish after half an hour', async () => {
    const b = bench()
    b.thread('t')
    b.start('t', 'hi')
    await advance(b.state, b.clock, 29 * 60_000)
    expect(observe(b.state, 't', like)).toEqual({ lt: 'completed/done', sess: 'ready  ' })
    await advance(b.state, b.clock, 2 * 60_000)
    expect(observe(b.state, 't', like)).toEqual({ lt: null, sess: 'stopped  ' })
  })

  it('3: an API failure is a completed turn whose text tells', async () => {
    const b = bench()
    b.thread('t')
    b.start('t', '[[err400]]')
    await advance(b.state, b.clock, 5000)
    const { latestTurn, session, messages } = documentOf(b.state, 't')
    expect([latestTurn?.state, session?.status, session?.lastError]).toEqual(['completed', 'ready', null])
    expect(messages.at(-1)?.text).toMatch(/^API Error: 400/)
  })

  it.each([
    ['unknown instance', 'hi', { modelSelection: { instanceId: 'nope', model: 'x' } }, null],
    ['binary missing', 'hi', { modelSelection: { instanceId: 'codex', model: 'x' } }, null],
    ['too long', 'x'.repeat(120_001), {}, 'ready  '],
    ['blank', '   ', {}, 'ready  '],
    ['missing worktree', 'hi', { worktreePath: '/data/none' }, 'stopped  Claude runtime stream failed.'],
  ])('4: a failed start (%s) leaves only an activity', async (_, text, fields, sess) => {
    const b = bench()
    b.thread('t', fields)
    b.start('t', text)
    await advance(b.state, b.clock, 5000)
    expect(observe(b.state, 't', like)).toEqual({ lt: null, sess })
    const failures = documentOf(b.state, 't').activities.filter(({ kind }) => kind === 'provider.turn.start.failed')
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({
      tone: 'error',
      turnId: null,
      payload: { detail: expect.any(String) as string },
    })
  })

  it('4: 120,000 characters run', async () => {
    const b = bench()
    b.thread('t')
    b.start('t', 'x'.repeat(120_000))
    await advance(b.state, b.clock, 5000)
    expect(documentOf(b.state, 't').latestTurn?.state).toBe('completed')
  })

  it('5: a start that was accepted and not begun is lost with the process, and its command id replays the receipt only', async () => {
    const b = bench()
    b.thread('t')
    const fields = { commandId: 'start-1' }
    const first = b.start('t', 'hi', fields)
    b.state.restart({ kill: true })
    await advance(b.state, b.clock, 600_000)
    expect(observe(b.state, 't', { ...like, msgs: [] })).toEqual({
      lt: null,
      sess: null,
      msgs: ['u:hi'],
    })
    expect(b.start('t', 'hi', fields)).toEqual(first)
    await advance(b.state, b.clock, 600_000)
    expect(documentOf(b.state, 't').session).toBeNull()
    b.start('t', 'hi', { commandId: 'start-2' })
    await advance(b.state, b.clock, 5000)
    expect(documentOf(b.state, 't').latestTurn?.state).toBe('completed')
  })

  it('6: a turn that ran at a kill is shown running for ever, cannot be interrupted, and a new turn recovers the thread', async () => {
    const b = bench()
    b.thread('t')
    b.start('t', '[[hang]]')
    await advance(b.state, b.clock, 1000)
    for (let restarts = 0; restarts < 3; restarts += 1) {
      b.state.restart({ kill: true })
      await advance(b.state, b.clock, 3_600_000)
      expect(observe(b.state, 't', like)).toEqual({ lt: 'running', sess: 'running active ' })
    }
    b.send('thread.turn.interrupt', { threadId: 't' })
    await advance(b.state, b.clock, 5000)
    expect(documentOf(b.state, 't')).toMatchObject({
      latestTurn: { state: 'running' },
      activities: [{ kind: 'provider.turn.interrupt.failed' }],
    })
    b.start('t', 'continue please')
    await advance(b.state, b.clock, 5000)
    expect(documentOf(b.state, 't').latestTurn?.state).toBe('completed')
  })

  it('6: SIGTERM alone does not end a server with a running turn', async () => {
    const b = bench()
    b.thread('t')
    b.start('t', '[[hang]]')
    await advance(b.state, b.clock, 1000)
    expect(b.state.restart({ kill: false })).toBe(false)
    b.send('thread.turn.interrupt', { threadId: 't' })
    await advance(b.state, b.clock, 1000)
    expect(b.state.restart({ kill: false })).toBe(true)
  })

  it('7: session.stop of a silent turn blocks every thread for good, while dispatch goes on answering 200', async () => {
    const b = bench()
    b.thread('hung')
    b.thread('other')
    b.start('hung', '[[hang]]')
    await advance(b.state, b.clock, 1000)
    b.send('thread.session.stop', { threadId: 'hung' })
    await advance(b.state, b.clock, 1000)
    expect(b.start('other', 'hi').kind).toBe('accepted')
    expect(b.send('thread.turn.interrupt', { threadId: 'other' }).kind).toBe('accepted')
    await advance(b.state, b.clock, 3_600_000)
    expect(documentOf(b.state, 'other')).toMatchObject({
      session: null,
      latestTurn: null,
      activities: [],
    })
    expect(b.state.isReactorBusy()).toBe(true)
  })

  it('7: a talking turn frees the reactor with its next word, and interrupt before stop never blocks', async () => {
    const b = bench()
    b.thread('slow')
    b.thread('other')
    b.start('slow', '[[slow:8]]')
    await advance(b.state, b.clock, 1000)
    b.send('thread.session.stop', { threadId: 'slow' })
    b.start('other', 'hi')
    await advance(b.state, b.clock, 7000)
    expect(documentOf(b.state, 'other').session).toBeNull()
    await advance(b.state, b.clock, 3000)
    expect(documentOf(b.state, 'other').latestTurn?.state).toBe('completed')

    b.thread('hung')
    b.start('hung', '[[hang]]')
    await advance(b.state, b.clock, 1000)
    b.send('thread.turn.interrupt', { threadId: 'hung' })
    await advance(b.state, b.clock, 1000)
    b.send('thread.session.stop', { threadId: 'hung' })
    await advance(b.state, b.clock, 1000)
    expect(b.state.isReactorBusy()).toBe(false)
  })

  it('8: violated invariants are an opaque 500, missing fields an empty 400, malformed JSON an empty 500', async () => {
    const b = (open = await httpBench())
    const stated = await b.post({ type: 'thread.archive', commandId: 'a', threadId: 'nope' })
    expect(stated).toMatchObject({
      status: 500,
      body: { reason: 'orchestration_dispatch_failed' },
    })
    expect(JSON.stringify(stated.body)).not.toContain('nope')
    expect(await b.post({ type: 'thread.archive', commandId: 'a' })).toMatchObject({
      status: 400,
      body: '',
      contentType: null,
    })
    const headers = { authorization: 'Bearer admin', 'content-type': 'application/json' }
    const malformed = await b.request('POST', '/api/orchestration/dispatch', {
      headers,
      body: '{',
    })
    expect(malformed).toMatchObject({ status: 500, body: '', contentType: null })
  })

  it('9: a message id used again moves the message to the other thread', async () => {
    const b = bench()
    b.thread('one')
    b.thread('two')
    const message = { messageId: 'm', role: 'user', text: 'hi', attachments: [] }
    b.start('one', '', { message })
    await advance(b.state, b.clock, 5000)
    b.start('two', '', { message: { ...message, text: 'hello' } })
    await advance(b.state, b.clock, 5000)
    expect(observe(b.state, 'one', { ...like, msgs: [] }).msgs).toEqual(['a:Mock reply OK. Branch done.'])
    expect(observe(b.state, 'two', { ...like, msgs: [] }).msgs).toEqual(['u:hello', 'a:Mock reply OK. Branch done.'])
  })

  it('10: a connection of the first 200 ms after a start is never answered, a later one is', async () => {
    const b = (open = await httpBench({}, { startupSilenceMs: 200 }))
    const ask = (): Promise<{ status: number }> =>
      b.request('GET', '/.well-known/t3/environment', { signal: AbortSignal.timeout(300) })
    await expect(ask()).rejects.toThrow(/timeout/)
    b.clock.tick(201)
    expect((await ask()).status).toBe(200)
    b.state.restart({ kill: true })
    await expect(ask()).rejects.toThrow(/timeout|fetch failed/)
  })

  it('and an agent that never starts leaves no sign, one whose start fails the activity', async () => {
    const b = bench({
      agent: { turn: ({ text }) => [text === 'never' ? neverStart() : failStart('no')] },
    })
    b.thread('n')
    b.thread('f')
    b.start('n', 'never')
    b.start('f', 'fail')
    await advance(b.state, b.clock, 600_000)
    expect(documentOf(b.state, 'n')).toMatchObject({
      session: null,
      latestTurn: null,
      activities: [],
    })
    expect(documentOf(b.state, 'f').activities.map(({ kind }) => kind)).toEqual(['provider.turn.start.failed'])
  })
})

describe('idempotency as recorded', () => {
  it('gives five concurrent identical creates one thread and one sequence', async () => {
    const b = (open = await httpBench())
    b.thread('first')
    const create = {
      ...documentHead,
      type: 'thread.create',
      commandId: 'same',
      threadId: 'same',
      createdAt: 'x',
    }
    const answers = await Promise.all(Array.from({ length: 5 }, () => b.post(create)))
    const recorded = (sample('misc') as unknown as { concurrentSame: object[] }).concurrentSame
    expect(answers).toHaveLength(recorded.length)
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1)
    expect(answers[0]?.status).toBe(200)
  })

  it('keeps a rejected command id rejected, while a new one works', () => {
    const b = bench()
    b.thread('other')
    const late = { commandId: 'sticky' }
    expect(b.start('late', 'hi', late).kind).toBe('rejected')
    b.thread('late')
    expect(b.start('late', 'hi', late).kind).toBe('rejected')
    b.state.restart({ kill: true })
    expect(b.start('late', 'hi', late).kind).toBe('rejected')
    expect(b.start('late', 'hi').kind).toBe('accepted')
  })
})

const documentHead = {
  projectId: 'proj',
  title: 't',
  modelSelection: { instanceId: 'claudeAgent', model: 'm' },
  runtimeMode: 'full-access',
  branch: null,
  worktreePath: null,
}

/** The values that latestTurn goes through after `act`, each once in a row. */
async function statesOf(b: ReturnType<typeof bench>, threadId: string, act: () => void): Promise<string[]> {
  const states: string[] = []
  const note = (): void => {
    const state = documentOf(b.state, threadId).latestTurn?.state ?? 'null'
    if (states.at(-1) !== state) states.push(state)
  }
  act()
  note()
  await advance(b.state, b.clock, 5000, note)
  return states
}
