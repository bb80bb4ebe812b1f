import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Executor } from '../../src/ports/executor.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import type { Bench } from '../sandbox/t3/harness.ts'
import { advance } from '../sandbox/t3/manual-clock.ts'
import {
  apiError,
  askApproval,
  askInput,
  failStart,
  finish,
  hang,
  neverStart,
  partial,
  say,
  tokens,
  tool,
} from '../sandbox/t3/steps.ts'

/** An executor on a server whose clock and agent the test holds. */
export interface ExecutorWorld {
  readonly executor: Executor
  /** What `link` begins with. */
  readonly publicUrl: string
  /** What its token says of its own end. */
  readonly tokenEndsAt: number | null
  readonly bench: Bench
  readonly close: () => Promise<void>
}

const model = { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' } as const
const sha = '0123456789abcdef0123456789abcdef01234567'

/** What every executor promises (src/ports/executor.ts, SPEC 5.2 and 8). */
export function executorContract(name: string, openWith: (tokenEndsAt: number | null) => Promise<ExecutorWorld>): void {
  const open = () => openWith(Date.UTC(2026, 11, 24, 8, 0, 0))
  describe(`executor contract: ${name}`, () => {
    let world: ExecutorWorld
    let executor: Executor
    beforeEach(async () => {
      world = await open()
      executor = world.executor
    })
    afterEach(() => world.close())

    const plays = (...turns: readonly ReturnType<Agent['turn']>[]): void => {
      world.bench.state.setAgent({ turn: ({ attempt }) => turns[attempt - 1] ?? [say('nothing left to do'), finish()] })
    }
    const pass = (ms: number): Promise<void> => advance(world.bench.state, world.bench.clock, ms)
    const project = (commandId: string, projectId = 'p1', workspaceRoot = '/data/proj') =>
      executor.createProject({ commandId, projectId, title: 'acme/shop', workspaceRoot })
    const thread = (commandId: string, threadId = 't1', projectId = 'p1') =>
      executor.createThread({ commandId, threadId, projectId, title: 'acme/shop#7 A title', model })
    const start = (commandId: string, threadId = 't1', text = 'do it') =>
      executor.startTurn({ commandId, messageId: `${commandId}-message`, threadId, text, model })
    const ready = async (workspaceRoot = '/data/proj'): Promise<void> => {
      await project('c-project', 'p1', workspaceRoot)
      await thread('c-thread')
    }
    const stateOf = async (threadId = 't1') => (await executor.detail(threadId)).state
    const summaryOf = async (threadId = 't1') => (await executor.threads()).threads.find(({ id }) => id === threadId)

    it('knows no time before its first answer, and the second of the server after it', async () => {
      expect(executor.now()).toBeNull()
      expect(await executor.threads()).toEqual({ projects: [], threads: [] })
      expect(executor.now()).toBe(Math.floor(world.bench.clock.now() / 1000) * 1000)
    })

    it('tells the end that its token claims without a request, and none where a token claims none', async () => {
      expect(executor.tokenEndsAt()).toBe(world.tokenEndsAt)
      expect(executor.now()).toBeNull()
      const silent = await openWith(null)
      expect(silent.executor.tokenEndsAt()).toBeNull()
      await silent.close()
    })

    it('does a command once, however often it comes', async () => {
      await Promise.all([project('c1'), project('c1'), project('c1')])
      await project('c1')
      const { projects } = await executor.threads()
      expect(projects).toEqual([{ id: 'p1', title: 'acme/shop', workspaceRoot: '/data/proj' }])
    })

    it('makes the folder of a project that has none', async () => {
      await project('c1', 'p1', '/data/acme__shop')
      expect(world.bench.state.dirs.has('/data/acme__shop')).toBe(true)
    })

    it.each([
      ['the same project under a new command', 'p1', '/data/proj'],
      ['its folder under another project', 'p2', '/data/proj'],
    ])('refuses %s, and the same id for ever', async (_, projectId, root) => {
      await project('c1')
      await expect(project('c2', projectId, root)).rejects.toMatchObject({
        category: 'refused',
        port: 'executor',
        operation: 'createProject',
      })
      await expect(project('c2', 'p9', '/data/other')).rejects.toMatchObject({ category: 'refused' })
    })

    it('keeps a refused id refused after its cause is gone', async () => {
      await project('c-project')
      await expect(start('c1')).rejects.toMatchObject({ category: 'refused', operation: 'startTurn' })
      await thread('c-thread')
      await expect(start('c1')).rejects.toMatchObject({ category: 'refused' })
      await start('c2')
      expect((await executor.detail('t1')).messages.map(({ id }) => id)).toEqual(['c2-message'])
    })

    it('rejects what it cannot take as a contract error, and keeps no receipt of it', async () => {
      await project('c-project')
      const crooked = executor.createThread({ commandId: 'c1', threadId: 't1', projectId: 'p1', title: ' ', model })
      await expect(crooked).rejects.toMatchObject({ category: 'contract', status: 400 })
      await thread('c1')
      expect(await stateOf()).toBe('idle')
    })

    it('shows a thread without a message as idle, in list and detail', async () => {
      await ready()
      const at = world.bench.clock.now()
      expect(await summaryOf()).toEqual({
        id: 't1',
        projectId: 'p1',
        title: 'acme/shop#7 A title',
        state: 'idle',
        createdAt: at,
        updatedAt: at,
        lastMessageAt: null,
      })
      expect(await executor.detail('t1')).toEqual({
        id: 't1',
        state: 'idle',
        createdAt: at,
        lastSignAt: null,
        messages: [],
        phase: null,
        report: null,
        review: null,
        pushedShas: [],
        error: null,
        startFailed: false,
        tokens: 0,
        usage: [],
        pending: null,
      })
    })

    it('calls a thread absent that it does not know, or that is archived', async () => {
      expect(await executor.detail('nobody / #1')).toMatchObject({
        id: 'nobody / #1',
        state: 'absent',
        createdAt: null,
        lastSignAt: null,
      })
      await ready()
      await executor.archive({ commandId: 'c-archive', threadId: 't1' })
      expect(await stateOf()).toBe('absent')
      expect(await summaryOf()).toBeUndefined()
      await executor.archive({ commandId: 'c-archive', threadId: 't1' })
      await expect(executor.archive({ commandId: 'c-archive-2', threadId: 't1' })).rejects.toMatchObject({
        category: 'refused',
      })
    })

    it('shows a recorded write in the next read, and a repeated one once', async () => {
      await ready()
      const at = world.bench.clock.now()
      await start('c1')
      await start('c1')
      expect((await executor.detail('t1')).messages).toEqual([{ id: 'c1-message', at }])
      expect(await summaryOf()).toMatchObject({ state: 'settled', lastMessageAt: at })
    })

    it('takes ids that need escaping', async () => {
      await project('c-project')
      await thread('c-thread', 'a/b #ü?')
      expect(await executor.detail('a/b #ü?')).toMatchObject({ id: 'a/b #ü?', state: 'idle' })
    })

    it('goes from starting over working to finished, and tells phases, report and tokens', async () => {
      plays([
        say('AFK-PHASE: worktree'),
        tool('npm test'),
        tokens(700),
        say('AFK-PHASE: green\n\ngoing on', 1000),
        tokens(300),
        say(`AFK-RESULT: pushed ${sha}`),
        finish(),
      ])
      await ready()
      await start('c1')
      const seen: string[] = []
      for (let step = 0; step < 60; step += 1) {
        const state = await stateOf()
        if (seen.at(-1) !== state) seen.push(state)
        await pass(50)
      }
      expect(seen).toEqual(['starting', 'working', 'finished'])
      const view = await executor.detail('t1')
      expect(view).toMatchObject({
        phase: 'green',
        report: { report: { kind: 'pushed', sha } },
        pushedShas: [sha],
        tokens: 1000,
        error: null,
        pending: null,
      })
      expect(view.lastSignAt).toBeGreaterThan(view.report?.at ?? Number.POSITIVE_INFINITY)
      expect(await summaryOf()).toMatchObject({ state: 'settled' })
    })

    it('is finished too where T3 forgets the turn: no git, and a reaped session', async () => {
      await ready('/data/nogit')
      await start('c1')
      await pass(5000)
      expect(await stateOf()).toBe('finished')
      await pass(31 * 60_000)
      expect(await stateOf()).toBe('finished')
    })

    it('forgets phase and report, not the commits, with the next message, which is starting until it shows a sign', async () => {
      plays(
        [say(`AFK-PHASE: pushed\nAFK-RESULT: pushed ${sha}`), finish()],
        [say('AFK-PHASE: worktree', 3000), finish()],
      )
      await ready()
      await start('c1')
      await pass(5000)
      expect(await executor.detail('t1')).toMatchObject({ state: 'finished', phase: 'pushed' })
      await start('c2')
      expect(await executor.detail('t1')).toMatchObject({
        state: 'starting',
        phase: null,
        report: null,
        pushedShas: [sha],
      })
      await pass(1000)
      expect(await stateOf()).toBe('working')
      await pass(5000)
      expect(await executor.detail('t1')).toMatchObject({
        state: 'finished',
        phase: 'worktree',
        report: null,
        pushedShas: [sha],
      })
    })

    it('answers a message that was queued behind a running turn only with its own turn', async () => {
      plays([tokens(50, 5000), say('first answer'), finish()], [tokens(60, 5000), say('second answer'), finish()])
      await ready()
      await start('c1')
      await pass(1000)
      await start('c2')
      const seen: string[] = []
      for (let step = 0; step < 300; step += 1) {
        const state = await stateOf()
        if (seen.at(-1) !== state) seen.push(state)
        await pass(50)
      }
      expect(seen.at(-1)).toBe('finished')
      expect(seen.filter((state) => state === 'finished')).toHaveLength(1)
      expect(seen).not.toContain('failed')
      expect((await executor.detail('t1')).tokens).toBe(110)
    })

    it('fails with its words, and as never begun, when the start fails', async () => {
      plays([failStart('ProviderAdapterProcessError: no such binary\n  at x')])
      await ready()
      await start('c1')
      await pass(1000)
      expect(await executor.detail('t1')).toMatchObject({
        state: 'failed',
        startFailed: true,
        error: 'ProviderAdapterProcessError: no such binary at x',
      })
      await start('c2')
      await pass(2000)
      expect(await executor.detail('t1')).toMatchObject({ state: 'finished', startFailed: false, error: null })
    })

    it.each(['API Error: 529 overloaded', 'Failed to authenticate. API Error: 401 no'])(
      'fails when the only answer is %s',
      async (text) => {
        plays([apiError(text)])
        await ready()
        await start('c1')
        await pass(5000)
        expect(await executor.detail('t1')).toMatchObject({ state: 'failed', startFailed: false, error: text })
      },
    )

    it.each(['/data/proj', '/data/nogit'])('fails after an interrupt, at every moment since, in %s', async (root) => {
      plays([say('on it'), partial('half a'), hang()])
      await ready(root)
      await start('c1')
      await pass(60_000)
      const quiet = await executor.detail('t1')
      expect(quiet.state).toBe('working')
      await executor.interrupt({ commandId: 'c-interrupt', threadId: 't1' })
      const seen = new Set<string>()
      for (let step = 0; step < 40; step += 1) {
        await pass(50)
        seen.add(await stateOf())
      }
      expect([...seen]).toEqual(['working', 'failed'])
      const view = await executor.detail('t1')
      expect(view).toMatchObject({ state: 'failed', startFailed: false })
      expect(view.error).toMatch(/./)
    })

    it('takes an interrupt of nothing as done, and as no sign of life', async () => {
      await ready()
      await start('c1')
      await pass(5000)
      const before = await executor.detail('t1')
      await pass(60_000)
      await executor.interrupt({ commandId: 'c-interrupt', threadId: 't1' })
      await pass(5000)
      expect(await executor.detail('t1')).toEqual(before)
    })

    it('waits for an approval until it is given', async () => {
      plays([askApproval('git push origin HEAD:main'), say('pushed'), finish()])
      await ready()
      await start('c1')
      await pass(2000)
      const { state, pending } = await executor.detail('t1')
      expect({ state, pending }).toEqual({
        state: 'waiting',
        pending: {
          id: expect.any(String),
          kind: 'approval',
          detail: expect.stringContaining('git push origin HEAD:main'),
        },
      })
      expect(await summaryOf()).toMatchObject({ state: 'waiting' })
      world.bench.send('thread.approval.respond', { threadId: 't1', requestId: pending?.id, decision: 'accept' })
      await pass(5000)
      expect(await executor.detail('t1')).toMatchObject({ state: 'finished', pending: null })
    })

    it('waits for an answer until it is given', async () => {
      plays([askInput('Which colour?'), say('red then'), finish()])
      await ready()
      await start('c1')
      await pass(2000)
      const { state, pending } = await executor.detail('t1')
      expect({ state, pending }).toMatchObject({
        state: 'waiting',
        pending: { kind: 'input', detail: 'Which colour?' },
      })
      world.bench.send('thread.user-input.respond', {
        threadId: 't1',
        requestId: pending?.id,
        answers: { 'Which colour?': 'Yes' },
      })
      await pass(5000)
      expect(await stateOf()).toBe('finished')
    })

    it('leaves a turn that never begins at starting, and a lost one too; a new message is answered', async () => {
      plays([neverStart()])
      await ready('/data/nogit')
      await start('c1')
      const sent = (await executor.detail('t1')).lastSignAt
      await pass(3_600_000)
      world.bench.state.restart({ kill: true })
      await start('c1')
      await pass(3_600_000)
      expect(await executor.detail('t1')).toMatchObject({ state: 'starting', lastSignAt: sent })
      await start('c2')
      await pass(60_000)
      expect(await stateOf()).toBe('finished')
    })

    it('shows a turn that a restart killed as working without a newer sign, and recovers by a new message', async () => {
      plays([say('on it'), hang()])
      await ready()
      await start('c1')
      await pass(5000)
      const before = await executor.detail('t1')
      expect(before.state).toBe('working')
      world.bench.state.restart({ kill: true })
      await pass(3_600_000)
      expect(await executor.detail('t1')).toEqual(before)
      await executor.interrupt({ commandId: 'c-interrupt', threadId: 't1' })
      await pass(1000)
      expect(await executor.detail('t1')).toEqual(before)
      await start('c2')
      expect(await stateOf()).toBe('starting')
      await pass(5000)
      expect(await stateOf()).toBe('finished')
    })

    it('links to the thread on the address for people', async () => {
      const id = world.bench.state.environmentId()
      expect(await executor.link('t1')).toBe(`${world.publicUrl}/${id}/t1`)
      expect(await executor.link('a/b')).toBe(`${world.publicUrl}/${id}/a%2Fb`)
    })
  })
}
