import { describe, expect, it } from 'vitest'
import { shellAnswer, type ShellThread } from '../../../src/adapters/t3/schemas.ts'
import { summaryOf } from '../../../src/adapters/t3/summary.ts'
import { sample } from '../../sandbox/t3/harness.ts'

const shell = shellAnswer.parse(sample('shell-snapshot-sample'))
const [pending] = shellAnswer.parse({ projects: [], threads: [sample('shell-pending-approval')] }).threads
if (pending === undefined) throw new Error('expected the sample to hold a thread')
const running: ShellThread = { ...pending, hasPendingApprovals: false }
const settled: ShellThread = { ...running, latestTurn: null, session: null }
const session = (fields: Partial<NonNullable<ShellThread['session']>>): ShellThread => ({
  ...settled,
  session: { status: 'ready', activeTurnId: null, lastError: null, updatedAt: 0, ...fields },
})

describe('summaryOf', () => {
  it('reads every thread of the recorded shell', () => {
    expect(shell.projects).toHaveLength(3)
    expect(shell.threads.length).toBeGreaterThan(3)
    const first = shell.threads.find(({ id }) => id === 'turn-thread-1')
    expect(first && summaryOf(first)).toEqual({
      id: 'turn-thread-1',
      projectId: '5f0c1c6e-1111-5aaa-8bbb-000000000001',
      title: 'Turn one',
      state: 'settled',
      createdAt: Date.parse('2026-11-21T03:41:32.816Z'),
      updatedAt: Date.parse('2026-11-21T03:54:36.382Z'),
      lastMessageAt: Date.parse('2026-11-21T03:54:34.468Z'),
    })
  })

  it.each<[string, ShellThread, string]>([
    ['a pending approval', pending, 'waiting'],
    ['a pending question', { ...running, hasPendingUserInput: true }, 'waiting'],
    // As an interrupt leaves it that nobody's answer came before.
    ['a question of a turn that is over', { ...settled, hasPendingUserInput: true }, 'settled'],
    [
      'an approval of a turn that ended in error',
      { ...session({ status: 'error' }), hasPendingApprovals: true },
      'settled',
    ],
    ['latestTurn running', { ...running, session: null }, 'working'],
    ['session running', session({ status: 'running' }), 'working'],
    ['session starting', session({ status: 'starting' }), 'working'],
    ['an active turn', session({ activeTurnId: 'x' }), 'working'],
    ['an unknown session status', session({ status: 'unknown' }), 'unknown'],
    [
      'an unknown turn state',
      { ...running, session: null, latestTurn: { turnId: 'x', state: 'unknown', requestedAt: 0, completedAt: null } },
      'unknown',
    ],
    ['ready: not begun or finished', session({}), 'settled'],
    ['an error', session({ status: 'error', lastError: 'x' }), 'settled'],
    // Traps 4 and 5: a failed and a lost start show no state at all here.
    ['no session after a message', settled, 'settled'],
    ['no message ever', { ...settled, latestUserMessageAt: null }, 'idle'],
    ['no message ever, an unknown status', { ...session({ status: 'unknown' }), latestUserMessageAt: null }, 'unknown'],
  ])('%s', (_, thread, state) => {
    expect(summaryOf(thread).state).toBe(state)
  })

  it('takes the newest time of the row', () => {
    const at = running.updatedAt + 5000
    expect(summaryOf({ ...settled, latestUserMessageAt: at }).updatedAt).toBe(at)
    expect(summaryOf(session({ updatedAt: at })).updatedAt).toBe(at)
    expect(
      summaryOf({ ...settled, latestTurn: { turnId: 'x', state: 'completed', requestedAt: 0, completedAt: at } })
        .updatedAt,
    ).toBe(at)
    expect(
      summaryOf({ ...settled, latestTurn: { turnId: 'x', state: 'running', requestedAt: at, completedAt: null } })
        .updatedAt,
    ).toBe(at)
    expect(summaryOf(settled).updatedAt).toBe(settled.updatedAt)
  })
})
