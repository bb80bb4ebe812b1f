import { describe, expect, it } from 'vitest'
import type { Card } from '../../src/core/card/card.ts'
import type { Purpose } from '../../src/core/ids.ts'
import type { Landing } from '../../src/core/landing/landing.ts'
import type { Pull } from '../../src/core/pull-model.ts'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { withDelivered } from '../../src/core/run/delivered-turns.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { aCard, anOutcome, aTurn, runId } from '../builders/card.ts'
import { aComment, afk, anIssue, maria } from '../builders/issue.ts'
import { anOpenPull } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aHead, aRun, green, now } from '../builders/run.ts'
import { aMessage, aThread } from '../builders/thread.ts'
import { minutes, seconds, sha, t0 } from '../builders/time.ts'

/** Of two watchers without a lock one may write over what the other had recorded: what was sent is found in the thread again. */

const fix: Purpose = `fix:${sha('a')}`
const got = (...sent: readonly (readonly [Purpose, number])[]) =>
  aThread({
    state: 'finished',
    messages: [
      aMessage('start', 1, t0 + seconds(90)),
      ...sent.map(([purpose, attempt], nth) => aMessage(purpose, attempt, t0 + seconds(200 + 100 * nth))),
    ],
  })
const found = (facts: RunFacts, shas: readonly string[] = [sha('a')]) => withDelivered(facts, shas)
const turnsOf = ({ turns }: Card) => turns.map(({ purpose, attempt, retry }) => [purpose, attempt, retry])

describe('turns that the thread has got and the card does not know of', () => {
  it.each<[string, readonly (readonly [Purpose, number])[], readonly unknown[]]>([
    ['a corrective one counts as an attempt', [[fix, 1]], [[fix, 1, false]]],
    ['a nudge', [['nudge', 1]], [['nudge', 1, false]]],
    ['one that went on after an error costs a retry', [['continue', 1]], [['continue', 1, true]]],
    ['a second start costs a retry', [['start', 2]], [['start', 2, true]]],
    [
      'several, in the order in which they were sent',
      [
        [fix, 1],
        ['nudge', 1],
      ],
      [
        [fix, 1, false],
        ['nudge', 1, false],
      ],
    ],
    ['none of afk’s', [[`fix:${sha('f')}`, 1]], []],
  ])('%s', (_, sent, lost) => {
    expect(turnsOf(found(aRun({ thread: got(...sent) })))).toEqual([['start', 1, false], ...lost])
  })

  it('changes nothing where each message has its turn, under whatever of its ids', () => {
    const card = aCard({ turns: [aTurn(), aTurn({ purpose: fix, at: t0 + seconds(190) })] })
    const facts = aRun({ card, thread: got([fix, 2]) })
    expect(found(facts)).toBe(card)
  })

  it('tells a lost repetition from a second id of the turn before it', () => {
    const card = aCard({ turns: [aTurn(), aTurn({ purpose: fix, at: t0 + seconds(190) })] })
    expect(turnsOf(found(aRun({ card, thread: got([fix, 1], [fix, 2]) })))).toHaveLength(3)
  })

  it('keeps a turn that is still to be sent the last, and one that was sent later behind it', () => {
    const unsent = aCard({ turns: [aTurn(), aTurn({ purpose: 'nudge', at: t0 + seconds(195) })] })
    expect(turnsOf(found(aRun({ card: unsent, thread: got([fix, 1]) }))).at(-1)).toEqual(['nudge', 1, false])
    const later = aCard({ turns: [aTurn(), aTurn({ purpose: 'nudge', at: t0 + seconds(295) })] })
    expect(turnsOf(found(aRun({ card: later, thread: got([fix, 1], ['nudge', 1]) }))).at(-1)).toEqual([
      'nudge',
      1,
      false,
    ])
  })

  it('leaves the card of an ended run, a person’s message, and a thread that cannot be read alone', () => {
    const ended = aCard({ outcome: anOutcome() })
    expect(found(aRun({ card: ended, thread: got([fix, 1]) }))).toBe(ended)
    const persons = aThread({ messages: [{ id: '9f6d3c1e-5a0b-4b7e-8c55-0d7d3a6f1a11', at: t0 }] })
    const card = aCard()
    expect(found(aRun({ card, thread: persons }))).toBe(card)
    expect(found(aRun({ card, thread: aThread({ state: 'unknown', messages: [] }) }))).toBe(card)
  })

  it('has an answer that was sent stand as given, so that it is not sent again', () => {
    const question = { number: 1, at: t0 + seconds(100), answer: null, answeredAt: null }
    const tag = `<!-- afk:note ${runId} question:1 -->`
    const issue = anIssue({
      comments: [
        aComment({ id: 7, body: `Which?\n\n${tag}`, own: true, author: afk, createdAt: t0 + seconds(100) }),
        aComment({ id: 8, body: 'Blue.', own: false, author: maria, createdAt: t0 + seconds(150) }),
      ],
    })
    const thread = got(['answer:8', 1])
    const given = { ...question, answer: 8, answeredAt: t0 + seconds(200) }
    const known = found(aRun({ card: aCard({ questions: [question] }), issue, thread }))
    expect(known.questions).toEqual([given])
    expect(turnsOf(known).at(-1)).toEqual(['answer:8', 1, false])
    expect(found(aRun({ card: aCard(), issue, thread })).questions).toMatchObject([{ number: 1, answer: 8 }])
    const twice = found(aRun({ card: aCard({ questions: [given, { ...question, number: 2 }] }), issue, thread }))
    expect(twice.questions?.at(1)?.answer).toBeNull()
  })
})

describe('findings that were sent and are on no card', () => {
  const ask = {
    id: 'PRRT_1',
    resolved: false,
    path: 'src/a.ts',
    line: 1,
    url: '',
    comments: [{ author: maria, body: 'Why?', at: now - minutes(9), own: false }],
  }
  const proposed = (head: string): Landing => ({
    ...(anOpenPull({ head, commits: [head, sha('a')].map((name) => commit(name)) }) as Extract<
      Landing,
      { readonly pull: Pull }
    >),
    asks: [ask],
  })
  const facts = (head: string, changes: Partial<RunFacts> = {}) =>
    aRun({
      policy: aPolicy({ landing: 'pull-request', review: { rounds: 0 } }),
      landing: proposed(head),
      head: aHead({ commit: commit(head) }),
      verdict: green,
      thread: got(),
      ...changes,
    })

  it('are known again by the name of their turn, and are answered once the agent has pushed', () => {
    const asked = decideRun(facts(sha('a')), afk)
    if (asked.kind !== 'findings') throw new Error(asked.kind)
    const thread = got([asked.purpose, 1])
    const card = found(facts(sha('c'), { thread }))
    expect(card.findings).toEqual([
      { head: sha('a'), signature: asked.signature, threads: ['PRRT_1'], round: 0, at: now - minutes(9) },
    ])
    expect(decideRun(facts(sha('c'), { thread, card }), afk)).toMatchObject({ kind: 'resolve-findings' })
  })

  it('of a reviewing agent count as sent', () => {
    const reviews = [{ round: 1, pull: 5, head: sha('a'), at: t0, state: 'issues', attempt: 1, tokens: 0 }] as const
    const card = found(facts(sha('a'), { card: aCard({ reviews }), thread: got(['review:1', 1]) }))
    expect(card.findings).toMatchObject([{ round: 1, threads: [] }])
  })

  function commit(name: string) {
    return { ...aHead().commit, sha: name }
  }
})
