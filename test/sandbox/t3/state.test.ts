import { describe, expect, it } from 'vitest'
import { bench, recordedAgent } from './harness.ts'
import { advance } from './manual-clock.ts'
import { createT3State } from './state.ts'
import { act, askApproval, askInput, finish, say, tokens } from './steps.ts'
import { documentOf } from './trace-rows.ts'

type Shell = {
  snapshotSequence: number
  updatedAt: string
  threads: { id: string; hasPendingApprovals: boolean; hasPendingUserInput: boolean }[]
}
const shellOf = (b: ReturnType<typeof bench>): Shell => b.state.shell() as Shell

describe('time', () => {
  it('stamps each stage with the time at which it was due, however late anybody reads', () => {
    const b = bench()
    const startedAt = b.clock.now()
    b.thread('t')
    b.start('t', 'hi')
    b.clock.tick(3_600_000 / 2 - 60_000)
    const { session, latestTurn, messages } = documentOf(b.state, 't')
    expect(latestTurn?.state).toBe('completed')
    expect(new Date(session?.updatedAt ?? 0).getTime() - startedAt).toBeLessThan(2000)
    expect(messages[0]?.createdAt).toBe(new Date(startedAt).toISOString())
  })

  it('works with a real clock and timers, without a reader', async () => {
    const clock = { now: () => Date.now() }
    const timers = new Set<NodeJS.Timeout>()
    let pushed = false
    const state = createT3State({
      clock,
      schedule: (at, wake) => timers.add(setTimeout(wake, at - Date.now() + 1)),
      timing: { sessionReady: 5, running: 5, startOccupies: 5, idleReaper: null },
      agent: { turn: () => [act(() => void (pushed = true), 5), finish(1)] },
    })
    state.dispatch({
      type: 'project.create',
      commandId: '1',
      projectId: 'p',
      title: 'p',
      workspaceRoot: '/data',
      createdAt: '',
    })
    const modelSelection = { instanceId: 'claudeAgent', model: 'm' }
    const base = {
      threadId: 't',
      projectId: 'p',
      title: 't',
      modelSelection,
      runtimeMode: 'full-access',
      branch: null,
      worktreePath: null,
    }
    state.dispatch({ type: 'thread.create', commandId: '2', createdAt: '', ...base })
    const message = { messageId: 'm', role: 'user', text: 'x', attachments: [] }
    const start = {
      type: 'thread.turn.start',
      commandId: '3',
      threadId: 't',
      message,
      runtimeMode: 'full-access',
    }
    state.dispatch({ ...start, interactionMode: 'default', createdAt: '' })
    await expect.poll(() => pushed, { timeout: 2000 }).toBe(true)
    for (const timer of timers) clearTimeout(timer)
  })

  it('overwrites createdAt with its own time and starts turns one after another', async () => {
    const b = bench()
    const at = new Date(b.clock.now()).toISOString()
    for (let n = 0; n < 7; n += 1) {
      b.thread(`t${n}`)
      b.start(`t${n}`, '[[slow:60]]')
    }
    expect(documentOf(b.state, 't0').messages[0]?.createdAt).toBe(at)
    const running = (): number =>
      Array.from({ length: 7 }, (_, n) => documentOf(b.state, `t${n}`).session?.status).filter((s) => s === 'running')
        .length
    await advance(b.state, b.clock, 1000)
    expect(running()).toBe(1)
    await advance(b.state, b.clock, 1000)
    expect(running()).toBe(3)
    await advance(b.state, b.clock, 2000)
    expect(running()).toBe(7)
  })

  it('reads its own writes and counts one sequence an event', () => {
    const b = bench()
    expect(b.state.shell()).toEqual({
      snapshotSequence: 0,
      projects: [],
      threads: [],
      updatedAt: '1970-01-01T00:00:00.000Z',
    })
    b.thread('t')
    const result = b.start('t', 'hi')
    expect(result).toEqual({ kind: 'accepted', sequence: 5 })
    expect(shellOf(b).snapshotSequence).toBe(5)
  })
})

describe('people and agents', () => {
  it('raises and clears the flags in the shell only: an approval with the dispatch, an input with its effect', async () => {
    const decisions: unknown[] = []
    const b = bench({
      agent: {
        turn: () => [
          askApproval('git push', (decision) => decisions.push(decision)),
          askInput('Which?', (answers) => decisions.push(answers)),
          say('ok'),
          finish(),
        ],
      },
    })
    const flags = (): boolean[] => shellOf(b).threads.flatMap((t) => [t.hasPendingApprovals, t.hasPendingUserInput])
    const requestId = (kind: string): unknown =>
      documentOf(b.state, 't').activities.findLast((a) => a.kind === kind)?.payload['requestId']
    b.thread('t')
    b.start('t', 'go')
    await advance(b.state, b.clock, 100_000)
    expect(flags()).toEqual([true, false])
    expect(documentOf(b.state, 't').latestTurn?.state).toBe('running')
    b.send('thread.approval.respond', {
      threadId: 't',
      requestId: requestId('approval.requested'),
      decision: 'decline',
    })
    expect(flags()).toEqual([false, false])
    await advance(b.state, b.clock, 1000)
    expect(flags()).toEqual([false, true])
    b.send('thread.user-input.respond', {
      threadId: 't',
      requestId: requestId('user-input.requested'),
      answers: { 'Which?': 'Yes' },
    })
    expect(flags()).toEqual([false, true])
    await advance(b.state, b.clock, 1000)
    expect(flags()).toEqual([false, false])
    expect(decisions).toEqual(['decline', { 'Which?': 'Yes' }])
    expect(documentOf(b.state, 't').latestTurn?.state).toBe('completed')
  })

  it('tells the total of tokens once, at a good end, for that turn alone', async () => {
    const b = bench({ agent: { turn: () => [tokens(1000), tokens(640), say('x'), finish()] } })
    b.thread('t')
    for (const text of ['one', 'two']) {
      b.start('t', text)
      await advance(b.state, b.clock, 5000)
    }
    const totals = documentOf(b.state, 't').activities.map(({ payload }) => payload['totalProcessedTokens'])
    expect(totals.filter((total) => total !== undefined)).toEqual([1640, 1640])
  })

  it('waits for a side effect that takes its time, and drops its continuation when the process dies', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const b = bench({
      agent: {
        turn: ({ text }) => [act(() => (text === 'slow' ? gate : undefined)), say('after'), finish()],
      },
    })
    b.thread('t')
    b.start('t', 'slow')
    b.clock.tick(2000)
    b.state.settle()
    b.clock.tick(10_000)
    expect(documentOf(b.state, 't').messages).toHaveLength(1)
    b.state.restart({ kill: true })
    release()
    await b.state.settled()
    await advance(b.state, b.clock, 10_000)
    expect(documentOf(b.state, 't').messages).toHaveLength(1)
  })

  it('throws what an agent threw from the next settle, once', async () => {
    const b = bench({
      agent: { turn: () => [act(() => Promise.reject(new Error('the host is broken'))), finish()] },
    })
    b.thread('t')
    b.start('t', 'go')
    await expect(advance(b.state, b.clock, 5000)).rejects.toThrow('the host is broken')
    await advance(b.state, b.clock, 5000)
    expect(documentOf(b.state, 't').latestTurn?.state).toBe('completed')
  })

  it('ignores the modes of a turn.start and takes its model for that turn only', async () => {
    const asked: unknown[] = []
    const b = bench({
      agent: {
        turn: (context) => {
          asked.push([context.model, context.runtimeMode, context.turnNumber, context.history])
          return recordedAgent.turn(context)
        },
      },
    })
    b.thread('t', { runtimeMode: 'approval-required' })
    b.start('t', 'one', { modelSelection: { instanceId: 'claudeAgent', model: 'other' } })
    await advance(b.state, b.clock, 5000)
    b.start('t', 'two')
    await advance(b.state, b.clock, 5000)
    expect(asked).toEqual([
      ['other', 'approval-required', 1, []],
      ['claude-sonnet-4-6', 'approval-required', 2, ['one']],
    ])
  })
})

describe('between the stages', () => {
  it.each([510, 550, 590])(
    'takes a second turn and an interrupt %d ms after a start, when nothing runs yet',
    async (ms) => {
      const b = bench()
      b.thread('t')
      b.start('t', 'first')
      b.clock.tick(ms)
      b.start('t', 'second')
      await advance(b.state, b.clock, 5000)
      expect(documentOf(b.state, 't').messages.filter(({ role }) => role === 'assistant')).toHaveLength(2)
      b.start('t', '[[hang]]')
      b.clock.tick(ms)
      b.send('thread.turn.interrupt', { threadId: 't' })
      await advance(b.state, b.clock, 5000)
      expect(documentOf(b.state, 't').latestTurn?.state).toBe('error')
    },
  )

  it.each([0, 10, 110, 190, 400])('runs a turn that is sent %d ms after an interrupt', async (ms) => {
    const b = bench()
    b.thread('t')
    b.start('t', '[[hang]]')
    await advance(b.state, b.clock, 1000)
    b.send('thread.turn.interrupt', { threadId: 't' })
    b.clock.tick(ms)
    b.start('t', 'continue')
    await advance(b.state, b.clock, 10_000)
    expect(documentOf(b.state, 't').latestTurn?.state).toBe('completed')
    expect(documentOf(b.state, 't').messages.at(-1)?.text).toBe('Mock reply OK. Branch done.')
  })

  it('never begins the turn of a thread that is deleted while it starts', async () => {
    const b = bench()
    b.thread('t')
    b.start('t', 'hi')
    b.clock.tick(300)
    b.send('thread.delete', { threadId: 't' })
    await advance(b.state, b.clock, 5000)
    expect(b.state.snapshot()).toMatchObject({ threads: [{ latestTurn: null, messages: [{ text: 'hi' }] }] })
  })
})

describe('ids and ends', () => {
  it('burns a deleted thread id, frees a deleted project root but not its id', () => {
    const b = bench()
    b.thread('t')
    expect(b.send('project.delete', { projectId: 'proj' }).kind).toBe('rejected')
    expect(b.send('project.delete', { projectId: 'proj', force: true }).kind).toBe('accepted')
    expect(b.state.thread('t')).toBeNull()
    const again = { title: 'x', workspaceRoot: '/data/proj' }
    expect(b.send('project.create', { ...again, projectId: 'proj' }).kind).toBe('rejected')
    expect(b.send('project.create', { ...again, projectId: 'proj-2' }).kind).toBe('accepted')
    expect(() => b.thread('t', { projectId: 'proj-2' })).toThrow('rejected')
  })

  it('takes turns for archived threads and never runs them, not even after unarchive', async () => {
    const b = bench()
    b.thread('t')
    b.send('thread.archive', { threadId: 't' })
    expect(b.start('t', 'hi').kind).toBe('accepted')
    b.send('thread.unarchive', { threadId: 't' })
    await advance(b.state, b.clock, 60_000)
    expect(documentOf(b.state, 't')).toMatchObject({
      messages: [{ text: 'hi' }],
      session: null,
      latestTurn: null,
    })
  })

  it('a deleted thread is gone at once and its running turn stays running in the full snapshot', async () => {
    const b = bench()
    b.thread('t')
    b.start('t', '[[slow:4]]')
    await advance(b.state, b.clock, 1000)
    expect(b.send('thread.delete', { threadId: 't' }).kind).toBe('accepted')
    expect(b.state.thread('t')).toBeNull()
    expect(shellOf(b).threads).toEqual([])
    await advance(b.state, b.clock, 600_000)
    expect(b.state.snapshot()).toMatchObject({
      threads: [{ id: 't', latestTurn: { state: 'running' } }],
    })
  })

  it('is another, empty server after a loss of its data', () => {
    const b = bench()
    b.thread('t')
    const before = b.state.environmentId()
    b.state.loseData()
    expect(b.state.environmentId()).not.toBe(before)
    expect(b.state.shell()).toMatchObject({ snapshotSequence: 0, projects: [], threads: [] })
    b.thread('t')
  })

  it('a failure activity does not move updatedAt, though the sequence does', async () => {
    const b = bench()
    b.thread('t')
    b.send('thread.turn.interrupt', { threadId: 't' })
    const { updatedAt } = documentOf(b.state, 't')
    const { snapshotSequence } = shellOf(b)
    await advance(b.state, b.clock, 1000)
    expect(documentOf(b.state, 't')).toMatchObject({
      updatedAt,
      activities: [{ kind: 'provider.turn.interrupt.failed', createdAt: updatedAt }],
    })
    expect(shellOf(b).snapshotSequence).toBe(snapshotSequence + 1)
  })

  it('lets updatedAt go back when an older turn is checkpointed behind a newer one', async () => {
    const b = bench()
    b.thread('t')
    b.start('t', 'first [[slow:5]]')
    await advance(b.state, b.clock, 1000)
    b.start('t', 'second')
    const seen: string[] = []
    await advance(b.state, b.clock, 10_000, () => seen.push(documentOf(b.state, 't').updatedAt))
    expect(seen).not.toEqual(seen.toSorted())
    expect(documentOf(b.state, 't').checkpoints.map((checkpoint) => checkpoint.checkpointTurnCount)).toEqual([1, 2])
  })
})
