import { describe, expect, it } from 'vitest'
import type { Card, FindingsRecord } from '../../src/core/card/card.ts'
import { noChangeReplies } from '../../src/core/landing/no-change-replies.ts'
import type { Landing } from '../../src/core/landing/landing.ts'
import { noteTag } from '../../src/core/people/note-comments.ts'
import type { ReviewThread } from '../../src/core/pull-model.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { aCard, aTurn, runId } from '../builders/card.ts'
import { afk, maria } from '../builders/issue.ts'
import { anOpenPull } from '../builders/people.ts'
import { aHead, aRun, green, now } from '../builders/run.ts'
import { aThread } from '../builders/thread.ts'
import { minutes, seconds, sha } from '../builders/time.ts'

/** SPEC 15.4: an agent that sees nothing to change in what people asked, and why its run ends, said where they asked. */

const question = { author: maria, body: 'Why?', at: now - minutes(9), own: false }
const ask = (changes: Partial<ReviewThread> = {}): ReviewThread => ({
  id: 'PRRT_1',
  resolved: false,
  path: 'src/a.ts',
  line: 1,
  url: '',
  comments: [question],
  ...changes,
})
const tag = noteTag(runId, 'no-change')
const reply = { author: afk, body: `Nothing.\n\n${tag}\n`, at: now, own: true }
const sent: FindingsRecord = { head: sha('a'), signature: 'one', threads: ['PRRT_1'], round: 0, at: now - minutes(8) }
const outcome = { kind: 'frozen', reason: 'no-change', detail: 'It is `right`.', at: now, untold: false } as const
const conversations = (asks: readonly ReviewThread[]): Landing => ({ ...anOpenPull(), asks }) as Landing
const facts = (landing: Landing, card: Partial<Card> = {}): RunFacts =>
  aRun({
    thread: aThread({ state: 'finished' }),
    head: aHead(),
    verdict: green,
    landing,
    card: aCard({ turns: [aTurn(), aTurn({ purpose: 'review:0.abc', attempt: 1 })], findings: [sent], ...card }),
  })
const threadsOf = (one: RunFacts, card: Partial<Card> = {}) =>
  noChangeReplies(one, { ...one.card, outcome, ...card }).map((effect) => 'thread' in effect && effect.thread)

describe('the reason in a conversation', () => {
  it('is said with a tag, and escaped', () => {
    const one = facts(conversations([ask()]))
    expect(noChangeReplies(one, { ...one.card, outcome })).toEqual([
      {
        kind: 'review.reply',
        pull: 5,
        thread: 'PRRT_1',
        tag,
        body: "The agent sees nothing to change here: `It is 'right'.`\n\nafk has stopped and sends the agent nothing more: a person decides now. The card on the issue says how to go on.",
      },
    ])
  })

  it.each<[string, RunFacts, Partial<Card>, readonly string[]]>([
    [
      'in all of them',
      facts(conversations([ask(), ask({ id: 'PRRT_2' })]), { findings: [{ ...sent, threads: ['PRRT_1', 'PRRT_2'] }] }),
      {},
      ['PRRT_1', 'PRRT_2'],
    ],
    ['not in one that was not sent', facts(conversations([ask({ id: 'PRRT_9' })])), {}, []],
    ['not twice', facts(conversations([ask({ comments: [question, reply] })])), {}, []],
    [
      'whoever else wrote such a tag',
      facts(conversations([ask({ comments: [{ ...reply, own: false }] })])),
      {},
      ['PRRT_1'],
    ],
    [
      'after a turn that was repeated',
      facts(conversations([ask()]), {
        turns: [aTurn({ purpose: 'review:1' }), aTurn({ purpose: 'continue', retry: true })],
      }),
      {},
      ['PRRT_1'],
    ],
    [
      'not where the agent answered something else',
      facts(conversations([ask()]), { turns: [aTurn({ purpose: 'review:1' }), aTurn({ purpose: 'fix:abc' })] }),
      {},
      [],
    ],
    [
      'not where a review alone found something',
      facts(conversations([ask()]), { findings: [{ ...sent, threads: [], round: 1 }] }),
      {},
      [],
    ],
    ['not at another end', facts(conversations([ask()])), { outcome: { ...outcome, reason: 'blocked' } }, []],
    ['not before the end', facts(conversations([ask()])), { outcome: null }, []],
    [
      'not for ever, where it cannot be said',
      facts(conversations([ask()])),
      { outcome: { ...outcome, at: now - seconds(181) } },
      [],
    ],
    ['not on a pull request that is merged', facts({ ...conversations([ask()]), kind: 'merged' } as Landing), {}, []],
    ['not where there is none', facts({ kind: 'push' }), {}, []],
  ])('%s', (_what, one, card, threads) => {
    expect(threadsOf(one, card)).toEqual(threads)
  })

  it('stands behind the outcome and before the labels, also when only the rest of the end is done', () => {
    const one = facts(conversations([ask()]))
    const kinds = (effects: ReturnType<typeof planRun>) => effects.map(({ kind }) => kind)
    const stop = { kind: 'stop', code: 'no-change', facts: {}, detail: 'It is right.' } as const
    expect(kinds(planRun(one, stop, '')).slice(0, 3)).toEqual(['card.write', 'review.reply', 'doorbell.ring'])
    const ended = { ...one, card: { ...one.card, outcome } }
    const finish = { kind: 'finish', code: 'frozen', facts: {} } as const
    expect(kinds(planRun(ended, finish, '')).slice(0, 2)).toEqual(['card.write', 'review.reply'])
  })
})
