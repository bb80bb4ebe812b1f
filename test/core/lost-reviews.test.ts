import { describe, expect, it } from 'vitest'
import { messageIdOf, reviewThreadIdOf } from '../../src/core/ids.ts'
import { conversationTurns, signatureOf } from '../../src/core/landing/findings.ts'
import type { Landing } from '../../src/core/landing/landing.ts'
import { findingsOf, onTracker, recalledReviews, reviewPurposes } from '../../src/core/landing/lost-reviews.ts'
import type { ThreadView } from '../../src/core/model.ts'
import type { Pull, ReviewThread } from '../../src/core/pull-model.ts'
import { runId } from '../builders/card.ts'
import { maria } from '../builders/issue.ts'
import { anOpenPull } from '../builders/people.ts'
import { aRun, now } from '../builders/run.ts'
import { aMessage, aThread } from '../builders/thread.ts'
import { minutes, seconds, sha, t0 } from '../builders/time.ts'

/** SPEC 6.2, 15.4: a card that is gone, and what threads still tell of reviews. */

type Pulled = Extract<Landing, { readonly pull: Pull }>

const opened = anOpenPull({ createdAt: t0 + minutes(5) })

/** The thread of a round's review, which got its first prompt when the run was ten minutes old. */
const reviewer = (round: number, changes: Partial<ThreadView> = {}): ThreadView => {
  const id = reviewThreadIdOf(runId, round)
  const messages = [{ id: messageIdOf(id, 'start', 1), at: t0 + minutes(10) }]
  return aThread({ id, state: 'finished', messages, tokens: 500, review: { kind: 'clean', findings: '' }, ...changes })
}
const recalled = (landing: Landing, reviewers: readonly ThreadView[], own = aThread()) =>
  recalledReviews(aRun({ landing, thread: own }), reviewers)

describe('a round of review', () => {
  const known = { round: 1, pull: 5, head: '', at: t0 + minutes(10), attempt: 1, tokens: 500 }

  it.each<[string, Partial<ThreadView>, object]>([
    ['that is over', {}, { ...known, state: 'clean' }],
    ['with findings', { review: { kind: 'issues', findings: 'Two.' } }, { ...known, state: 'issues', found: ['Two.'] }],
    ['that is still held', { state: 'working' }, { ...known, state: 'asked' }],
    ['that ended without its word', { review: null }, { ...known, state: 'asked' }],
    [
      'of an earlier pull request of the run',
      { messages: [{ id: messageIdOf(reviewThreadIdOf(runId, 1), 'start', 2), at: t0 + minutes(4) }] },
      { ...known, pull: 0, at: t0 + minutes(4), state: 'clean', attempt: 2 },
    ],
  ])('%s', (_what, changes, record) => {
    expect(recalled(opened, [reviewer(1, changes)])).toEqual({ reviews: [record] })
  })

  it.each<[string, Landing, Partial<ThreadView>]>([
    ['whose thread never got its turn', opened, { messages: [] }],
    ['whose thread only a person has written to', opened, { messages: [{ id: 'a-person', at: t0 }] }],
    ['of a run that has no pull request', { kind: 'none', pushed: null }, {}],
  ])('is none: one %s', (_what, landing, changes) => {
    expect(recalled(landing, [reviewer(1, changes)])).toEqual({})
  })

  it('counts from the tracker’s clock', () => {
    const facts = aRun({ landing: opened, now: { tracker: t0 + minutes(60), executor: t0 + minutes(50) } })
    expect(recalledReviews(facts, [reviewer(1)]).reviews).toMatchObject([{ at: t0 + minutes(20) }])
    // Without the executor's clock its times are taken as they are.
    expect(onTracker(t0, { tracker: t0 + seconds(5), executor: null })).toBe(t0)
  })
})

describe('findings that were sent', () => {
  const ask: ReviewThread = {
    id: 'PRRT_1',
    resolved: false,
    path: 'src/a.ts',
    line: 1,
    url: '',
    comments: [{ author: maria, body: 'Why?', at: t0 + minutes(6), own: false }],
  }
  const asked: Landing = { ...(opened as Pulled), asks: [ask] }
  const [purpose = 'nudge'] = conversationTurns(asked).keys()

  it('by a second agent, whose conversations are not known any more', () => {
    const thread = aThread({ messages: [aMessage('review:1', 1, t0 + minutes(12))] })
    expect(recalled(opened, [reviewer(1)], thread).findings).toEqual([
      { head: '', signature: signatureOf(1, []), threads: [], round: 1, at: now },
    ])
  })

  it('by people, known by what stands in their conversations', () => {
    const thread = aThread({ messages: [aMessage(purpose, 1, t0 + minutes(12))] })
    expect(recalled(asked, [], thread)).toEqual({
      findings: [
        { head: sha('a'), signature: signatureOf(0, [ask]), threads: ['PRRT_1'], round: 0, at: t0 + minutes(6) },
      ],
    })
  })

  it('by people who have said more since: that turn is known by its kind alone', () => {
    expect(findingsOf(opened, purpose, t0)).toEqual({
      head: '',
      signature: signatureOf(0, []),
      threads: [],
      round: 0,
      at: t0,
    })
  })

  it('are looked for under the names that they can have', () => {
    expect(reviewPurposes(asked, 2)).toEqual([purpose, 'review:1', 'review:2'])
    expect(reviewPurposes({ kind: 'push' }, 0)).toEqual([])
  })
})
