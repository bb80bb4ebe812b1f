import { describe, expect, it } from 'vitest'
import { approvalCause } from '../../src/core/people/approval-rows.ts'
import { renderCard } from '../../src/core/card/card-render.ts'
import type { Bell, Card } from '../../src/core/card/card.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { nextCard } from '../../src/core/run/next-card.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import type { Effect } from '../../src/core/effects.ts'
import type { IssueComment } from '../../src/core/model.ts'
import type { RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import { noteTag } from '../../src/core/people/note-comments.ts'
import { aCard, runId } from '../builders/card.ts'
import { aComment, afk, anIssue, maria } from '../builders/issue.ts'
import { aNo, anOpenPull, aYes, people } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aPushedRun, aRun, green, now, type RunChanges } from '../builders/run.ts'
import { aThread } from '../builders/thread.ts'
import { minutes, seconds, sha } from '../builders/time.ts'

/** SPEC 9: a doorbell for people rings once, and never zero times. Until it does, what they say on GitHub counts all the same. */

const asked = now - minutes(5)
const missed: Bell = { at: asked, undelivered: true }
const rung: Bell = { at: now - minutes(1), channel: 'C1', ts: '1.1' }
const note = (cause: string): IssueComment =>
  aComment({ id: 70, body: `?\n\n${noteTag(runId, cause)}`, createdAt: asked })

const question = (bell: Bell, changes: RunChanges = {}, comments = [note('question:1')]): RunFacts => {
  const { labels, labelEvents } = aRun().issue
  return aRun({
    thread: aThread({
      state: 'finished',
      report: { report: { kind: 'needs-clarification', words: 'Which?' }, at: now - minutes(6) },
    }),
    card: aCard({
      questions: [{ number: 1, at: asked, answer: null, answeredAt: null }],
      bells: { 'question:1': bell },
    }),
    issue: anIssue({ labels, labelEvents, comments }),
    ...changes,
  })
}
const yes = approvalCause('merge', sha('a'))
const approval = (bell: Bell, changes: RunChanges = {}): RunFacts =>
  aPushedRun(green, {
    landing: anOpenPull({ comments: [note(yes)] }),
    policy: aPolicy({ approval: { before: ['merge'], by: ['maria', 'U012ABCDEF'] }, review: { rounds: 0 } }),
    card: aCard({ bells: { [yes]: bell } }),
    ...changes,
  })
const ready = (bell: Bell, changes: RunChanges = {}): RunFacts =>
  aPushedRun(green, {
    landing: anOpenPull({ comments: [note(`ready-to-merge:${sha('a')}`)] }),
    policy: aPolicy({ merge: 'human', review: { rounds: 0 } }),
    card: aCard({ bells: { [`ready-to-merge:${sha('a')}`]: bell } }),
    ...changes,
  })
const request = { id: 'r', kind: 'input', detail: '?' } as const
const waiting = (bell: Bell, changes: RunChanges = {}): RunFacts =>
  aRun({
    thread: aThread({ state: 'waiting', pending: request }),
    card: aCard({ bells: { 'waiting:r': bell } }),
    ...changes,
  })
const answer = { people: people({ answer: aComment({ id: 77, body: 'This.', author: maria, own: false }) }) }
const say = (...said: readonly ReturnType<typeof aYes>[]) => ({ people: people({ said }) })

describe('while it could not be rung', () => {
  it.each<[string, RunFacts, Partial<RunDecision>]>([
    ['a question is rung for again', question(missed), { kind: 'ask', code: 'question', question: 1 } as never],
    ['and waited for, once it was', question(rung), { kind: 'wait', code: 'question' }],
    ['its answer counts', question(missed, answer), { kind: 'answer' }],
    ['so does its limit', question(missed, { policy: aPolicy({ questionMaxSeconds: 299 }) }), { kind: 'stop' }],
    ['a yes is asked for again', approval(missed), { kind: 'ask-approval', code: 'approval-merge' }],
    ['and waited for, once it was', approval(rung), { kind: 'wait', code: 'approval-merge' }],
    ['a yes counts', approval(missed, say(aYes())), { kind: 'record-approval' }],
    ['so does a no since the comment', approval(missed, say(aNo({ at: asked }))), { kind: 'record-approval' }],
    ['and none from before', approval(missed, say(aNo({ at: asked - 1 }))), { kind: 'ask-approval' }],
    [
      'its limit too',
      approval(missed, {
        policy: aPolicy({ approval: { before: ['merge'], by: [] }, review: { rounds: 0 }, mergeMaxSeconds: 299 }),
      }),
      { kind: 'stop', code: 'unapproved' },
    ],
    ['who merges is told again', ready(missed), { kind: 'ring-ready', code: 'merge-human' }],
    ['and waited for, once told', ready(rung), { kind: 'wait', code: 'merge-human' }],
    [
      'not past the limit',
      ready(missed, { policy: aPolicy({ merge: 'human', review: { rounds: 0 }, mergeMaxSeconds: 299 }) }),
      { kind: 'stop', code: 'merge-timeout' },
    ],
    ['a request in T3 is rung for again', waiting(missed), { kind: 'ring-waiting', code: 'waiting' }],
    [
      'however long: its time begins with the ring',
      waiting(missed, { policy: aPolicy({ questionMaxSeconds: 1 }) }),
      { kind: 'ring-waiting' },
    ],
    ['and waited for, once it was', waiting(rung), { kind: 'wait', code: 'waiting' }],
  ])('%s', (_, facts, decision) => {
    expect(decideRun(facts, afk)).toMatchObject(decision)
  })
})

describe('once it was rung late', () => {
  it('what was said between the comment and the ring counts still', () => {
    expect(decideRun(approval(rung, say(aNo({ at: now - minutes(3) }))), afk)).toMatchObject({
      kind: 'record-approval',
    })
  })

  it('people have their time from then on', () => {
    const policy = aPolicy({ questionMaxSeconds: 60 })
    expect(decideRun(question(rung, { policy }), afk)).toMatchObject({ kind: 'wait', facts: { seconds: 60 } })
    expect(decideRun(question({ ...rung, at: rung.at - seconds(1) }, { policy }), afk)).toMatchObject({ kind: 'stop' })
  })
})

describe('the writes', () => {
  const plan = (facts: RunFacts) => planRun(facts, decideRun(facts, afk), 'text')
  const kinds = (facts: RunFacts) => plan(facts).map(({ kind }) => kind)
  const ringOf = (effects: readonly Effect[]) => effects.find((effect) => effect.kind === 'doorbell.ring')
  const all = [
    ['question:1', question],
    [yes, approval],
    [`ready-to-merge:${sha('a')}`, ready],
    ['waiting:r', waiting],
  ] as const

  it.each(all)('of another try for %s: the bell alone, and the card', (cause, facts) => {
    const effects = plan(facts(missed))
    expect(effects).toMatchObject([
      { kind: 'doorbell.ring', cause, message: { mention: true } },
      { kind: 'card.write', card: { bells: { [cause]: { at: now } } } },
    ])
    expect(effects[1]).not.toHaveProperty(['card', 'bells', cause, 'undelivered'])
    // Failed once more, the card stands as it did.
    expect(ringOf(effects)?.ifFailed).toEqual([{ kind: 'card.write', card: nextCard(facts(missed)) }])
  })

  it.each(all)('of %s where no notifier is configured any more: the card, which then waits', (cause, facts) => {
    expect(plan(facts(missed, { canRing: false }))).toMatchObject([
      { kind: 'card.write', card: { bells: { [cause]: { at: asked } } } },
    ])
  })

  it('asks the question once', () => {
    expect(plan(question(missed))[1]).toMatchObject({ card: { questions: [{ number: 1, at: asked }] } })
    expect(plan(question(missed))[1]).not.toHaveProperty('card.questions.1')
  })

  it('says it anew on the issue where somebody has deleted the comment', () => {
    expect(kinds(question(missed, {}, []))).toEqual(['comment.say', 'doorbell.ring', 'card.write'])
  })

  it('answers a status, and interrupts what is silent, before the bell', () => {
    const status = { kind: 'status', by: 'maria', comment: 7, on: 42 } as const
    const silent = aThread({ state: 'working', createdAt: 5, lastSignAt: 5, messages: [] })
    const facts = approval(missed, { thread: silent, people: people({ commands: [status] }) })
    const effects = planRun(facts, { kind: 'ask-approval', what: 'merge', code: 'approval-merge', facts: {} }, '')
    expect(effects.map(({ kind }) => kind)).toEqual([
      'turn.interrupt',
      'comment.say',
      'comment.react',
      'doorbell.ring',
      'card.write',
    ])
    expect(effects[1]).toMatchObject({ body: expect.stringContaining("It waits for a person's yes to merge.") })
  })

  it('a request that is answered before anybody was told is not rung for any more', () => {
    const bells = (changes: RunChanges) => Object.keys(nextCard(waiting(missed, changes)).bells)
    expect(bells({})).toEqual(['waiting:r'])
    expect(bells({ thread: aThread({ state: 'working' }) })).toEqual([])
    expect(bells({ thread: aThread({ state: 'waiting', pending: { ...request, id: 's' } }) })).toEqual([])
    expect(bells({ thread: aThread({ state: 'unknown' }) })).toEqual(['waiting:r'])
    expect(bells({ thread: aThread({ state: 'absent' }) })).toEqual(['waiting:r'])
    expect(bells({ thread: aThread({ state: 'working' }), reviewer: aThread({ pending: request }) })).toEqual([
      'waiting:r',
    ])
    expect(Object.keys(nextCard(waiting(rung, { thread: aThread({ state: 'working' }) })).bells)).toEqual(['waiting:r'])
  })
})

describe('the card', () => {
  const head = { sha: sha('a'), seenAt: asked, pathsClear: true }
  const pull = { number: 5, url: 'https://github.example/acme/shop/pull/5', branch: 'b', merged: null }
  const approvers = ['mona', 'U012ABCDEF']
  const text = (card: Partial<Card>, by: readonly string[] = approvers) =>
    renderCard(aCard({ head, pull, ...card }), {
      usdPerMillionTokens: 6,
      maxAttempts: 5,
      hasRollout: false,
      approvers: by,
    })
  const untold = 'Nobody could be told of this in Slack yet'

  it('says that nobody could be told, while it is asked', () => {
    const questions = [{ number: 1, at: asked, answer: null, answeredAt: null }]
    expect(text({ questions, bells: { 'question:1': missed } })).toContain(untold)
    expect(text({ questions, bells: { 'question:1': rung } })).not.toContain(untold)
    const answered = questions.map((one) => ({ ...one, answer: 9, answeredAt: now }))
    expect(text({ questions: answered, bells: { 'question:1': missed } })).not.toContain(untold)
    expect(text({ bells: { 'waiting:r': missed } })).toContain(untold)
    const outcome = { kind: 'frozen', reason: 'unapproved', detail: '', at: now, untold: false } as const
    expect(text({ outcome, bells: { [yes]: missed } })).not.toContain(untold)
  })

  it('gives the same bells back', () => {
    const card = aCard({ bells: { [yes]: missed } })
    const body = renderCard(card, { usdPerMillionTokens: 6, maxAttempts: 5, hasRollout: false })
    expect(parseCard(body)).toEqual({ kind: 'card', card })
  })

  it('says whose yes is waited for, until it is given or overtaken', () => {
    const asks =
      "**Waits for a yes to merge** `aaaaaaaaaa` by `mona` or `U012ABCDEF` (Slack). A comment of afk's on [#5]("
    expect(text({ bells: { [yes]: rung } })).toContain(asks)
    const given = { what: 'merge', head: sha('a'), decision: 'approved', by: 'mona', via: 'review', at: now } as const
    expect(text({ bells: { [yes]: rung }, approvals: [given] })).not.toContain('Waits for')
    expect(text({ bells: { [yes]: rung }, head: { ...head, sha: sha('b') } })).not.toContain('Waits for')
    expect(text({ bells: { [yes]: rung } }, [])).toContain('by somebody whom the configuration names.')
    const many = Array.from({ length: 9 }, (_, n) => `m${n}`)
    expect(text({ bells: { [yes]: rung } }, many)).toContain('`m5` or 3 more.')
    expect(text({ bells: { [approvalCause('deploy', sha('a'))]: rung } })).toContain(
      "**Waits for a yes to deploy** `aaaaaaaaaa` by `mona` or `U012ABCDEF` (Slack). A comment of afk's here says how.",
    )
    const deployment = { head: sha('a'), at: asked, since: asked, state: 'there' } as const
    expect(text({ bells: { [approvalCause('deploy', sha('a'))]: rung }, deployment })).not.toContain('yes to deploy')
  })

  it('says that a person has to merge, until it is merged', () => {
    const bells = { [`ready-to-merge:${sha('a')}`]: rung }
    const asks = '**Waits for a person** at pull request [#5](https://github.example/acme/shop/pull/5).'
    expect(text({ bells })).toContain(asks)
    expect(text({ bells, merge: { head: sha('a'), at: now, state: 'refused' } })).toContain(asks)
    expect(text({ bells, merge: { head: sha('a'), at: now, state: 'sent' } })).not.toContain(asks)
    expect(text({ bells, pull: { ...pull, merged: sha('c') } })).not.toContain(asks)
    expect(text({ bells, head: { ...head, sha: sha('b') } })).not.toContain(asks)
  })
})
