import { describe, expect, it } from 'vitest'
import type { Phase } from '../../src/core/model.ts'
import { derivedCard, differs, nextCard } from '../../src/core/run/next-card.ts'
import { aCard, aTurn, runId } from '../builders/card.ts'
import { anIssue, epochId } from '../builders/issue.ts'
import { aCheck, aHead, aPushedRun, aRun, green, now, pending, red, type RunChanges } from '../builders/run.ts'
import { aPolicy } from '../builders/policy.ts'
import { aMessage, aThread } from '../builders/thread.ts'
import { seconds, sha, t0 } from '../builders/time.ts'

describe('the phase of a card (SPEC 1, 6.1)', () => {
  it.each<[string, RunChanges, Phase]>([
    ['nothing said', {}, 'worktree'],
    ['said by the thread', { thread: aThread({ phase: 'tests-red' }) }, 'tests-red'],
    ['pushed, by the words of the thread alone', { thread: aThread({ phase: 'pushed' }) }, 'green'],
    ['nothing said since, as it was', { card: aCard({ phase: 'green' }) }, 'green'],
    [
      'a head that was seen, and is gone',
      { card: aCard({ phase: 'CI', head: { sha: sha('a'), seenAt: t0, pathsClear: true } }) },
      'pushed',
    ],
    ['a head without a check', { head: aHead(), verdict: pending({ why: 'no-check' }) }, 'pushed'],
    ['a head with checks', { head: aHead(), verdict: pending() }, 'CI'],
    ['a red head', { head: aHead(), verdict: red() }, 'CI'],
    ['rolling out', { head: aHead(), verdict: pending({ stage: 'rollout', why: 'rollout' }) }, 'deployed'],
    ['a red rollout', { head: aHead(), verdict: red({ stage: 'rollout' }) }, 'deployed'],
    ['green', { head: aHead(), verdict: green }, 'deployed'],
  ])('%s', (_, changes, phase) => {
    const card = nextCard(aRun(changes))
    expect(card.phase).toBe(phase)
    expect(card.phases[phase]).toBe(phase === 'worktree' ? t0 + seconds(90) : now)
  })
})

describe('since when a rollout has its time (SPEC 6.4, row 5)', () => {
  const target = { kind: 'kubernetes', namespace: 'n', workload: 'Deployment', name: 'w', image: '{sha}' } as const
  const policy = aPolicy({ rollout: target })

  it('since the checks are all green, though they have to settle', () => {
    const settling = pending({ why: 'settling' })
    expect(nextCard(aPushedRun(settling, { policy }))).toMatchObject({ phase: 'CI', phases: { deployed: now } })
    const card = aCard({ phases: { deployed: 7 } })
    expect(nextCard(aPushedRun(settling, { policy, card })).phases.deployed).toBe(7)
    expect(nextCard(aPushedRun(pending(), { policy })).phases.deployed).toBeUndefined()
    expect(nextCard(aPushedRun(settling)).phases.deployed).toBeUndefined()
  })
})

describe('nextCard', () => {
  it('remembers the head, when it was first seen, and that its paths are clear', () => {
    expect(nextCard(aPushedRun(green)).head).toEqual({ sha: sha('a'), seenAt: t0 + seconds(800), pathsClear: true })
    expect(nextCard(aPushedRun(green, { head: aHead({ protectedPaths: ['.github/x'] }) })).head?.pathsClear).toBe(false)
    const seen = aCard({ head: { sha: sha('c'), seenAt: t0, pathsClear: true } })
    expect(nextCard(aRun({ card: seen })).head).toEqual(seen.head)
  })

  it('remembers the first red', () => {
    expect(nextCard(aPushedRun(pending())).firstRedAt).toBeNull()
    expect(nextCard(aPushedRun(red())).firstRedAt).toBe(now)
    expect(nextCard(aPushedRun(red(), { card: aCard({ firstRedAt: 7 }) })).firstRedAt).toBe(7)
    expect(nextCard(aPushedRun(green, { card: aCard({ firstRedAt: 7 }) })).firstRedAt).toBe(7)
  })

  it('remembers since when the thread is absent, for as long as that can be seen', () => {
    const gone = { thread: aThread({ state: 'absent' }) }
    const since = aCard({ absentSince: 7 })
    expect(nextCard(aRun(gone)).absentSince).toBe(now)
    expect(nextCard(aRun({ ...gone, card: since })).absentSince).toBe(7)
    expect(nextCard(aRun({ card: since })).absentSince).toBeNull()
    expect(nextCard(aRun({ card: since, now: { tracker: now, executor: null } })).absentSince).toBe(7)
  })

  it('never forgets tokens', () => {
    const tokens = (before: number, seen: number) =>
      nextCard(aRun({ card: aCard({ tokens: before }), thread: aThread({ tokens: seen }) })).tokens
    expect([tokens(5, 3), tokens(3, 5)]).toEqual([5, 5])
    const usage = (turn: string) => ({ tokens: 7, usage: [{ turn, tokens: 7 }] })
    const later = aRun({ card: nextCard(aRun({ thread: aThread(usage('a')) })), thread: aThread(usage('b')) })
    expect(nextCard(later).tokens).toBe(14)
  })

  it('links to what there is', () => {
    const commit = aHead().commit.url
    expect(nextCard(aRun()).links).toEqual({})
    expect(
      nextCard(aRun({ threadLink: 'https://t3/x', card: aCard({ links: { commit: 'https://old' } }) })).links,
    ).toEqual({
      thread: 'https://t3/x',
      commit: 'https://old',
    })
    expect(nextCard(aPushedRun(green)).links).toEqual({ commit, ci: `${commit}/checks` })
    const failing = [aCheck({ url: null }), aCheck({ url: 'https://ci/1' })]
    expect(nextCard(aPushedRun(red({ failingChecks: failing }))).links).toEqual({ commit, ci: 'https://ci/1' })
    expect(nextCard(aPushedRun(red({ failingChecks: [] }))).links).toEqual({ commit, ci: `${commit}/checks` })
  })

  it('of facts that did not change is the same card', () => {
    for (const facts of [aRun(), aPushedRun(red()), aPushedRun(green), aPushedRun(pending())]) {
      const card = nextCard(facts)
      const later = { ...facts, card, now: { tracker: now + seconds(60), executor: now + seconds(60) } }
      expect(nextCard(later)).toEqual(card)
    }
  })
})

describe('differs', () => {
  it('is news, and more tokens alone are none', () => {
    expect(differs(aCard(), aCard({ tokens: 9 }))).toBe(false)
    expect(differs(aCard(), aCard({ phase: 'green' }))).toBe(true)
    const [first, second] = [
      { turn: 'a', tokens: 5 },
      { turn: 'b', tokens: 5 },
    ]
    const review = { round: 1, pull: 5, head: '', at: 0, state: 'asked', attempt: 1, tokens: 0 } as const
    expect(differs(aCard(), aCard({ usage: [first] }))).toBe(false)
    expect(differs(aCard({ reviews: [review] }), aCard({ reviews: [{ ...review, tokens: 5, usage: [first] }] }))).toBe(
      false,
    )
    expect(differs(aCard({ usage: [first] }), aCard({ usage: [{ ...first, tokens: 9 }, second] }))).toBe(true)
  })
})

describe('derivedCard (SPEC 6.2)', () => {
  const derive = (changes: RunChanges = {}, more: { readonly ownShas?: readonly string[] } = {}) =>
    derivedCard({ ...aRun(changes), base: sha('b'), firstRedAt: null, ...more })

  it('holds what the facts still tell', () => {
    expect(derive({ thread: aThread({ tokens: 9 }), issue: anIssue({ repo: 'Acme/Shop' }) })).toEqual(
      aCard({
        epoch: epochId,
        startedAt: t0,
        phases: {},
        turns: [aTurn({ at: now })],
        tokens: 9,
      }),
    )
    expect(derivedCard({ ...aRun(), base: null, firstRedAt: 5 })).toMatchObject({ runId, base: null, firstRedAt: 5 })
  })

  it('counts corrective turns for every commit that is known to be of the run', () => {
    const messages = ['a', 'b', 'c', 'd'].map((letter) => aMessage(`fix:${sha(letter)}`, 1, t0))
    const thread = aThread({ messages, pushedShas: [sha('b')] })
    const turns = derive({ head: aHead(), verdict: green, thread }, { ownShas: [sha('a'), sha('c')] }).turns
    expect(turns.map(({ purpose }) => purpose)).toEqual([`fix:${sha('a')}`, `fix:${sha('b')}`, `fix:${sha('c')}`])
  })

  it('takes a waiting request as rung for', () => {
    const pendingRequest = { id: 'r', kind: 'input', detail: '' } as const
    expect(derive({ thread: aThread({ pending: pendingRequest }) }).bells).toEqual({ 'waiting:r': { at: now } })
  })
})
