import { describe, expect, it } from 'vitest'
import type { Thread } from '../../../src/adapters/t3/schemas.ts'
import { viewOf } from '../../../src/adapters/t3/view.ts'
import type { ThreadView } from '../../../src/core/model.ts'
import { sampleThread } from './support.ts'

/** Long after everything in the samples: nothing is taken for a passing window. */
const later = Date.parse('2026-11-22T00:00:00.000Z')
const day = (time: string): number => Date.parse(`2026-11-21T${time}Z`)

describe('every recorded thread', () => {
  type Row = [file: string, expected: Partial<Omit<ThreadView, 'lastSignAt'>> & { lastSignAt: string }]
  it.each<Row>([
    ['thread-snapshot-after-turn', { state: 'finished', error: null, tokens: 2640, lastSignAt: '03:41:34.588' }],
    ['thread-http-premade-worktree', { state: 'finished', tokens: 2640, lastSignAt: '03:51:23.973' }],
    // Trap 2: without git, and after the session was stopped, there is no latestTurn for good.
    ['thread-nogit-after-turn', { state: 'finished', tokens: 1320, lastSignAt: '03:42:28.888' }],
    ['thread-stopped-after-idle-stop', { state: 'finished', tokens: 1320, lastSignAt: '03:48:16.399' }],
    ['thread-stopped', { state: 'finished', tokens: 2488, lastSignAt: '03:47:19.501' }],
    ['thread-two-turns', { state: 'finished', tokens: 2640, lastSignAt: '03:46:48.157' }],
    // Trap 3: T3 calls these completed.
    [
      'thread-provider-error-400',
      {
        state: 'failed',
        startFailed: false,
        error: 'API Error: 400 mock scripted error 400',
        tokens: 2488,
        lastSignAt: '03:42:29.955',
      },
    ],
    [
      'thread-provider-error-401',
      {
        state: 'failed',
        startFailed: false,
        error: 'Failed to authenticate. API Error: 401 mock scripted error 401',
        lastSignAt: '03:45:32.747',
      },
    ],
    // Trap 4: nothing but an activity tells it.
    [
      'thread-unknown-instance',
      {
        state: 'failed',
        startFailed: true,
        error:
          "Thread 't-badinst' references unknown provider instance 'no-such-instance'. The instance is not configured in this build.",
        lastSignAt: '03:42:20.993',
      },
    ],
    [
      'thread-codex-missing',
      {
        state: 'failed',
        startFailed: true,
        error: expect.stringMatching(/^ProviderAdapterProcessError: .* codex app-server…$/),
        lastSignAt: '03:42:21.198',
      },
    ],
    [
      'thread-missing-worktree-path',
      {
        state: 'failed',
        startFailed: true,
        error: 'ProviderAdapterSessionNotFoundError: Unknown claudeAgent adapter thread: http-wt-missing…',
        lastSignAt: '03:51:22.870',
      },
    ],
    [
      'thread-interrupted',
      {
        state: 'failed',
        startFailed: false,
        error: '[ede_diagnostic] result_type=user last_content_type=n/a stop_reason=null',
        tokens: 1264,
        lastSignAt: '03:47:14.167',
      },
    ],
    // Trap 5: lost by a restart. It looks accepted for ever, only its age tells.
    [
      'thread-lost-turn-after-restart',
      { state: 'starting', startFailed: false, error: null, lastSignAt: '03:44:19.312' },
    ],
    // Trap 6: nobody works on these any more. The rows' updatedAt is newer than their last sign.
    ['thread-running-after-kill9-restart', { state: 'working', lastSignAt: '03:48:58.438' }],
    ['thread-running-after-sigterm-restart', { state: 'working', lastSignAt: '03:53:34.208' }],
    [
      'thread-pending-approval',
      {
        state: 'waiting',
        pending: { id: '40e90062-a4d0-4347-b123-85a1622c476d', kind: 'approval', detail: 'Bash: touch a.txt' },
        lastSignAt: '03:46:40.115',
      },
    ],
    [
      'thread-pending-user-input',
      {
        state: 'waiting',
        pending: { id: 'b98504e4-5c76-4476-a6eb-9089ce0a4a62', kind: 'input', detail: 'Pick one?' },
        lastSignAt: '03:46:41.633',
      },
    ],
  ])('%s', (file, { lastSignAt, ...expected }) => {
    const raw = sampleThread(file)
    const view = viewOf(raw, later)
    expect(view).toMatchObject(expected)
    expect(view.lastSignAt).toBe(day(lastSignAt))
    expect(view).toMatchObject({ id: raw.id, createdAt: raw.createdAt })
    expect(view.messages).toEqual(
      raw.messages.filter(({ role }) => role === 'user').map(({ id, createdAt }) => ({ id, at: createdAt })),
    )
    if (view.state !== 'waiting') expect(view.pending).toBeNull()
    if (view.state !== 'failed') expect(view).toMatchObject({ error: null, startFailed: false })
  })
})

const done = sampleThread('thread-snapshot-after-turn')
const interrupted = sampleThread('thread-interrupted')
const hanging = sampleThread('thread-running-after-kill9-restart')
const twoTurns = sampleThread('thread-two-turns')
const firstTurn = 'ae21b394-54fe-422a-91e7-445cc4735bb2'

const withMessage = (thread: Thread, time: string): Thread => ({
  ...thread,
  messages: [
    ...thread.messages,
    { id: 'newer', role: 'user', text: 'go on', turnId: null, streaming: false, createdAt: day(time) },
  ],
})
const withSession = (thread: Thread, session: Partial<NonNullable<Thread['session']>>): Thread => {
  if (thread.session === null) throw new Error('expected a sample with a session')
  return { ...thread, session: { ...thread.session, ...session } }
}
const withTurn = (thread: Thread, turn: Partial<NonNullable<Thread['latestTurn']>>): Thread => {
  if (thread.latestTurn === null) throw new Error('expected a sample with a latestTurn')
  return { ...thread, latestTurn: { ...thread.latestTurn, ...turn } }
}
const withActivity = (
  thread: Thread,
  kind: string,
  time: string,
  turnId: string | null = null,
  payload: unknown = {},
): Thread => ({
  ...thread,
  activities: [...thread.activities, { kind, payload, turnId, createdAt: day(time) }],
})
const onlyTurn = (thread: Thread, turn: string): Thread => ({
  ...thread,
  messages: thread.messages.filter(({ turnId }) => turnId === null || turnId === turn),
  activities: thread.activities.filter(({ turnId }) => turnId === turn),
  checkpoints: thread.checkpoints.filter(({ turnId }) => turnId === turn),
})
const stateAt = (thread: Thread, readAt: number | null = later): string => viewOf(thread, readAt).state

describe('windows between the stages of a turn (trap 2)', () => {
  // As in turn-completed-trace: null while the process starts, running, null again, completed.
  const asked: Thread = {
    ...done,
    latestTurn: null,
    messages: done.messages.slice(0, 1),
    activities: [],
    checkpoints: [],
  }
  const ended: Thread = { ...done, latestTurn: null, checkpoints: [] }
  it.each<[string, Thread, string]>([
    ['no session yet', { ...asked, session: null }, 'starting'],
    ['ready, which is not begun', asked, 'starting'],
    ['session starting', withSession(asked, { status: 'starting' }), 'starting'],
    ['session idle', withSession(asked, { status: 'idle' }), 'starting'],
    [
      'running, nothing said yet',
      withSession(withTurn({ ...asked, latestTurn: done.latestTurn }, { state: 'running' }), {
        status: 'running',
        activeTurnId: 'x',
      }),
      'working',
    ],
    ['running with answers', withSession(ended, { status: 'running', activeTurnId: 'x' }), 'working'],
    ['ready with an active turn', withSession(ended, { activeTurnId: 'x' }), 'working'],
    ['ready, which is finished', ended, 'finished'],
    ['an answer is there, and nothing but activities before it', { ...ended, messages: asked.messages }, 'working'],
    ['completed', done, 'finished'],
    [
      'completed without an answer and a checkpoint',
      { ...done, messages: asked.messages, checkpoints: [] },
      'finished',
    ],
    ['interrupted, as seen for 300 ms', withTurn(done, { state: 'interrupted' }), 'failed'],
    ['session error, latestTurn null', { ...interrupted, latestTurn: null, checkpoints: [] }, 'failed'],
    [
      'interrupted and stopped (flow-intstop)',
      withSession({ ...interrupted, latestTurn: null, checkpoints: [] }, { status: 'stopped' }),
      'failed',
    ],
    [
      'interrupted without git, later',
      { ...interrupted, latestTurn: null, checkpoints: [], messages: interrupted.messages.slice(0, 1) },
      'failed',
    ],
    [
      'a failed checkpoint is all that is left',
      withSession({ ...interrupted, latestTurn: null }, { status: 'ready', lastError: null }),
      'failed',
    ],
  ])('%s', (_, thread, state) => {
    expect(stateAt(thread)).toBe(state)
  })
})

describe('a newer message makes all that was before it old', () => {
  it.each<[string, Thread, string]>([
    ['finished before', withMessage(done, '03:42:00.000'), 'starting'],
    ['finished before, latestTurn gone', { ...withMessage(done, '03:42:00.000'), latestTurn: null }, 'starting'],
    ['failed before', withMessage(interrupted, '03:48:00.000'), 'starting'],
    ['failed to start before', withMessage(sampleThread('thread-unknown-instance'), '03:43:00.000'), 'starting'],
    ['failed by the API before', withMessage(sampleThread('thread-provider-error-400'), '03:43:00.000'), 'starting'],
    [
      'stopped with an error before',
      withMessage(sampleThread('thread-missing-worktree-path'), '03:52:00.000'),
      'starting',
    ],
    ['running since before a restart', withMessage(hanging, '03:50:00.000'), 'starting'],
    [
      'running since before, and still at work',
      withActivity(
        withMessage(hanging, '03:50:00.000'),
        'tool.started',
        '03:51:00.000',
        hanging.session?.activeTurnId ?? 'missing',
      ),
      'working',
    ],
    ['the older turn ends by an interrupt after it', withMessage(interrupted, '03:47:14.000'), 'starting'],
    [
      'the same, latestTurn gone',
      {
        ...withMessage(
          withActivity(interrupted, 'tool.started', '03:47:12.000', interrupted.latestTurn?.turnId ?? 'missing'),
          '03:47:14.000',
        ),
        latestTurn: null,
      },
      'starting',
    ],
    [
      'the older turn leaves its checkpoint after it',
      { ...withMessage(done, '03:41:34.550'), latestTurn: null },
      'starting',
    ],
    [
      'reaped since, after an error, and never begun',
      withSession(
        { ...withMessage(interrupted, '03:48:00.000') },
        { status: 'stopped', updatedAt: day('04:30:00.000') },
      ),
      'failed',
    ],
  ])('%s', (_, thread, state) => {
    expect(stateAt(thread)).toBe(state)
  })

  it('is never begun when the session fails without any sign of a turn', () => {
    const thread = withSession(withMessage(done, '03:42:00.000'), {
      status: 'error',
      lastError: 'no\nprocess',
      updatedAt: day('03:42:01.000'),
    })
    expect(viewOf({ ...thread, latestTurn: null }, later)).toMatchObject({
      state: 'failed',
      startFailed: true,
      error: 'no process',
    })
  })
})

describe('a message queued behind a running turn (flow-approval-ask-busy, busy)', () => {
  // At 5095 ms: the first turn's answer is newer than the second message, the session is ready, latestTurn null.
  const window: Thread = { ...onlyTurn(twoTurns, firstTurn), latestTurn: null, checkpoints: [] }
  const soon = day('03:46:48.500')

  it('is starting in the window, and when the server told no time', () => {
    expect(stateAt(window, soon)).toBe('starting')
    expect(stateAt(window, null)).toBe('starting')
  })
  it('is starting when the first turn is known by its checkpoint', () => {
    expect(stateAt(onlyTurn(twoTurns, firstTurn), later)).toBe('starting')
  })
  it('is starting when the first turn was seen before the second message', () => {
    expect(stateAt(withActivity(window, 'tool.started', '03:46:42.800', firstTurn), later)).toBe('starting')
  })
  it('is finished by a turn of its own', () => {
    expect(stateAt(twoTurns, soon)).toBe('finished')
    expect(stateAt({ ...twoTurns, latestTurn: null, checkpoints: [] }, soon)).toBe('finished')
  })
  it('is finished after the window: the first message was lost by a restart, and the second answered, without git', () => {
    expect(stateAt(window, day('03:46:59.000'))).toBe('finished')
  })
  it('is finished at once when the first message failed to start', () => {
    expect(stateAt(withActivity(window, 'provider.turn.start.failed', '03:46:42.363'), soon)).toBe('finished')
  })
  it('is finished at once when latestTurn says that it was requested by it', () => {
    const thread = withTurn({ ...window, latestTurn: twoTurns.latestTurn }, { requestedAt: day('03:46:43.059') })
    expect(stateAt(thread, soon)).toBe('finished')
  })
  it('counts its messages for reports by their time alone (SPEC 5.3)', () => {
    const thread = {
      ...window,
      messages: window.messages.map((m) => (m.role === 'assistant' ? { ...m, text: 'AFK-RESULT: no-change x' } : m)),
    }
    expect(viewOf(thread, soon).report?.report).toEqual({ kind: 'no-change', words: 'x' })
  })
})

describe('a request that only the shell tells of', () => {
  const approval = sampleThread('thread-pending-approval')
  const turn = approval.latestTurn?.turnId ?? ''
  const silent = { ...approval, activities: approval.activities.filter(({ kind }) => kind !== 'approval.requested') }
  const flagged = { kind: 'approval', turn, at: day('03:46:50.000') } as const

  it('is one all the same, by the id of its turn', () => {
    expect(viewOf(silent, later)).toMatchObject({ state: 'working', pending: null })
    expect(viewOf(silent, later, flagged)).toMatchObject({
      state: 'waiting',
      pending: { id: `turn:${turn}`, kind: 'approval', detail: '' },
    })
    const nameless = withActivity(silent, 'approval.requested', '03:46:49.000', turn)
    expect(viewOf(nameless, later, { ...flagged, kind: 'input' }).pending).toMatchObject({ kind: 'input' })
  })

  it('is the one of the activities where those know it', () => {
    expect(viewOf(approval, later, flagged)).toEqual(viewOf(approval, later))
  })

  it('is none any more once something was answered, or another turn runs, or none', () => {
    const answered = (time: string) => withActivity(silent, 'approval.resolved', time, null, { requestId: 'x' })
    expect(viewOf(answered('03:46:50.000'), later, flagged).state).toBe('working')
    expect(viewOf(answered('03:46:49.999'), later, flagged).state).toBe('waiting')
    const lost = withActivity(silent, 'provider.user-input.respond.failed', '03:46:41.000')
    expect(viewOf(lost, later, flagged).state).toBe('working')
    expect(viewOf(silent, later, { ...flagged, turn: 'another' }).state).toBe('working')
    const over = withSession({ ...silent, latestTurn: null }, { status: 'ready', activeTurnId: null })
    expect(viewOf(over, later, flagged)).toEqual(viewOf(over, later))
    expect(viewOf(over, later, { ...flagged, turn: null }).pending).toBeNull()
  })
})

describe('pending requests', () => {
  const approval = sampleThread('thread-pending-approval')
  const requestId = '40e90062-a4d0-4347-b123-85a1622c476d'
  it.each(['approval.resolved', 'user-input.resolved', 'provider.approval.respond.failed'])(
    'are over after %s',
    (kind) => {
      const thread = withActivity(approval, kind, '03:46:50.000', null, { requestId })
      expect(viewOf(thread, later)).toMatchObject({ state: 'working', pending: null })
    },
  )
  it('stay while another one is resolved', () => {
    expect(stateAt(withActivity(approval, 'approval.resolved', '03:46:50.000', null, { requestId: 'other' }))).toBe(
      'waiting',
    )
  })
  it('of an older turn do not count', () => {
    expect(stateAt(withTurn(withSession(approval, { activeTurnId: 'next' }), { turnId: 'next' }))).toBe('working')
  })
  it('do not count once nothing runs', () => {
    expect(stateAt(withSession({ ...approval, latestTurn: null }, { status: 'ready', activeTurnId: null }))).toBe(
      'finished',
    )
  })
})

describe('words that T3 may add', () => {
  it('make the state unknown, never another', () => {
    expect(stateAt(withSession(done, { status: 'unknown' }))).toBe('unknown')
    expect(stateAt(withTurn(done, { state: 'unknown' }))).toBe('unknown')
  })
})

describe('signs of life', () => {
  it('are not the row, nor what T3 says of a command that found nobody (trap 6)', () => {
    const thread = withSession(withActivity(hanging, 'provider.turn.interrupt.failed', '05:00:00.000'), {
      updatedAt: day('05:00:00.000'),
    })
    expect(viewOf({ ...thread, updatedAt: day('05:00:00.000') }, later).lastSignAt).toBe(day('03:48:58.438'))
  })
  it('do not depend on the order in which T3 lists them', () => {
    const shuffled = {
      ...twoTurns,
      messages: twoTurns.messages.toReversed(),
      activities: twoTurns.activities.toReversed(),
    }
    expect(viewOf(shuffled, later)).toEqual(viewOf(twoTurns, later))
  })
})
