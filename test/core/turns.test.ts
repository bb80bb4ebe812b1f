import { describe, expect, it } from 'vitest'
import { messageIdOf } from '../../src/core/ids.ts'
import {
  fixAttempts,
  idsPerTurn,
  isDelivered,
  nextAttempt,
  nudges,
  retriesSpent,
  turnsFromThread,
} from '../../src/core/run/turns.ts'
import { aCard, aTurn, runId } from '../builders/card.ts'
import { aMessage, aThread } from '../builders/thread.ts'
import { sha, t0 } from '../builders/time.ts'

const fix = `fix:${sha('a')}` as const
const retry = { retry: true }

describe('isDelivered', () => {
  it.each([
    [1, true],
    [idsPerTurn, true],
    [idsPerTurn + 1, false],
  ])('by a message under attempt %i of a turn that began with 1 is %s', (attempt, delivered) => {
    expect(isDelivered(runId, aTurn(), aThread({ messages: [aMessage('start', attempt, t0)] }))).toBe(delivered)
  })

  it('takes neither an earlier attempt nor another purpose for it', () => {
    const thread = aThread({ messages: [aMessage('nudge', 1, t0), aMessage('continue', 2, t0)] })
    expect(isDelivered(runId, aTurn({ purpose: 'nudge', attempt: 2 }), thread)).toBe(false)
    expect(isDelivered(runId, aTurn(), thread)).toBe(false)
    expect(isDelivered('another run', aTurn({ purpose: 'nudge' }), thread)).toBe(false)
  })
})

describe('nextAttempt', () => {
  it.each([
    ['nothing', [], [], 1],
    ['what is recorded', [1, 2], [], 3],
    ['what was delivered under a later id than recorded', [1], [2], 3],
    ['what was delivered and never recorded', [], [1, 5], 6],
    ['more than is ever looked for', [99], [], 100],
  ])('is above %s', (_, recorded, delivered, next) => {
    const card = aCard({ turns: [aTurn(), ...recorded.map((attempt) => aTurn({ purpose: fix, attempt }))] })
    const thread = aThread({ messages: delivered.map((attempt) => aMessage(fix, attempt, t0)) })
    expect(nextAttempt(card, fix, thread)).toBe(next)
  })

  it('is above the ids of a turn that were all refused', () => {
    const card = aCard({ turns: [aTurn({ purpose: fix, refused: true })] })
    expect(nextAttempt(card, fix, aThread({ messages: [] }))).toBe(4)
  })
})

describe('what turns cost (SPEC 5.2)', () => {
  it.each([
    [[], 0],
    [[aTurn()], 0],
    [[aTurn(), aTurn(retry), aTurn({ purpose: 'continue', ...retry })], 2],
    [[aTurn(), aTurn(retry), aTurn({ purpose: 'nudge' })], 0],
    [[aTurn(retry)], 1],
  ])('retries are counted since the last turn that is none', (turns, spent) => {
    expect(retriesSpent(aCard({ turns }))).toBe(spent)
  })

  it('a retry is neither an attempt nor a nudge', () => {
    const card = aCard({
      turns: [
        aTurn(),
        aTurn({ purpose: fix }),
        aTurn({ purpose: fix, attempt: 2, ...retry }),
        aTurn({ purpose: 'nudge' }),
        aTurn({ purpose: 'nudge', attempt: 2, ...retry }),
      ],
    })
    expect(fixAttempts(card)).toEqual([aTurn({ purpose: fix })])
    expect(nudges(card)).toBe(1)
  })
})

describe('turnsFromThread (SPEC 6.2)', () => {
  const counted = (messages: Parameters<typeof aThread>[0], shas: readonly string[] = [sha('a'), sha('b')]) =>
    turnsFromThread(runId, aThread(messages), shas, t0).map(({ purpose, attempt, retry: again }) => [
      purpose,
      attempt,
      again,
    ])

  it('counts what was delivered, in order, and leaves out the words of people', () => {
    const messages = [
      aMessage('start', 1, t0),
      { id: 'a person', at: t0 },
      aMessage(`fix:${sha('b')}`, 1, t0),
      aMessage('continue', 1, t0),
      aMessage('nudge', 1, t0),
      aMessage(fix, 2, t0),
    ]
    expect(counted({ messages })).toEqual([
      ['start', 1, false],
      [`fix:${sha('b')}`, 1, false],
      ['continue', 1, true],
      ['nudge', 1, false],
      [fix, 2, false],
    ])
  })

  it('counts a repeated start as a retry and a repeated fix in full: a lost card buys nothing', () => {
    const messages = [aMessage('start', 1, t0), aMessage('start', 2, t0), aMessage(fix, 1, t0), aMessage(fix, 2, t0)]
    expect(counted({ messages })).toEqual([
      ['start', 1, false],
      ['start', 2, true],
      [fix, 1, false],
      [fix, 2, false],
    ])
  })

  it('knows no corrective turn for a commit that it is not told of', () => {
    expect(counted({ messages: [{ id: messageIdOf(runId, `fix:${sha('c')}`, 1), at: t0 }] })).toEqual([])
  })
})
