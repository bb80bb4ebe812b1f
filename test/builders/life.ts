import fc from 'fast-check'
import type { Report } from '../../src/core/model.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import type { Verdict } from '../../src/core/verdict/verdict.ts'
import { aCard } from './card.ts'
import { afk, anIssue, labelled, lock, maria, ready } from './issue.ts'
import { withIssue, withLabel, type Model } from './model.ts'
import { aPolicy } from './policy.ts'
import { aCommit, aHead, aRun, green, pending, red } from './run.ts'
import { aThread } from './thread.ts'
import { seconds, t0 } from './time.ts'

/** What may happen to a run between two ticks. */
export interface Turn {
  readonly minutes: number
  readonly happens:
    | 'nothing'
    | 'signs'
    | 'ends'
    | 'reports'
    | 'pushes'
    | 'fails'
    | 'asks'
    | 'answers'
    | 'vanishes'
    | 'away'
    | 'closes by keyword'
    | 'unlocks'
    | 'strange'
  readonly verdict: 'green' | 'red' | 'other red' | 'infrastructure' | 'pending' | 'rollout'
  readonly commit: string
  readonly slackUp: boolean
  /** So many writes of the tick are done, then afk dies. */
  readonly writes: number
}

export const anyTurn: fc.Arbitrary<Turn> = fc.record({
  minutes: fc.constantFrom(1, 1, 2, 5, 20),
  happens: fc.oneof(
    { arbitrary: fc.constantFrom<Turn['happens']>('nothing', 'signs', 'ends', 'pushes', 'fails'), weight: 12 },
    {
      arbitrary: fc.constantFrom<Turn['happens']>('reports', 'asks', 'answers', 'away', 'closes by keyword', 'strange'),
      weight: 4,
    },
    { arbitrary: fc.constantFrom<Turn['happens']>('vanishes', 'unlocks'), weight: 1 },
  ),
  verdict: fc.constantFrom(
    'green',
    'red',
    'red',
    'red',
    'other red',
    'infrastructure',
    'pending',
    'pending',
    'rollout',
  ),
  commit: fc.integer({ min: 0, max: 0xffff_ffff }).map((n) => n.toString(16).padStart(8, '0').repeat(5)),
  slackUp: fc.constantFrom(true, true, true, false),
  writes: fc.oneof({ arbitrary: fc.constant(Infinity), weight: 3 }, fc.nat(5)),
})

/** A run right after its dispatch: the turn was accepted, and nothing was seen of it yet. */
export function newborn(): RunFacts {
  const born = t0 + seconds(91)
  return aRun({
    policy: aPolicy({ agentLogins: ['agent'] }),
    now: { tracker: born, executor: born },
    card: aCard(),
    thread: aThread({ state: 'starting', lastSignAt: null }),
    issue: anIssue({ labels: [ready, lock], labelEvents: [labelled(ready), labelled(lock, { actor: afk, at: born })] }),
  })
}

/** Time goes by, and one thing happens, as far as it can in this state. */
export function pass(model: Model, turn: Turn): Model {
  const { facts } = model
  const at = facts.now.tracker + turn.minutes * 60_000
  const here = facts.thread.state !== 'absent'
  const executor = turn.happens === 'away' ? null : at
  const next: RunFacts = { ...facts, now: { tracker: at, executor } }
  return { ...model, facts: judged(here ? happen(next, turn, at) : next, turn, at) }
}

function happen(facts: RunFacts, turn: Turn, at: number): RunFacts {
  const { thread } = facts
  const atWork = thread.state === 'working' || thread.state === 'starting'
  const set = (changes: Partial<RunFacts['thread']>): RunFacts => ({
    ...facts,
    thread: { ...thread, lastSignAt: at, tokens: thread.tokens + 300_000, ...changes },
  })
  switch (turn.happens) {
    case 'nothing':
    case 'away':
      return facts
    case 'signs':
      return atWork ? set({ state: 'working' }) : facts
    case 'strange':
      return atWork ? set({ state: 'unknown' }) : facts
    case 'ends':
      return atWork || thread.state === 'unknown' ? set({ state: 'finished', report: null }) : facts
    case 'reports': {
      const report: Report = { kind: 'blocked', words: 'no key' }
      return atWork ? set({ state: 'finished', report: { report, at } }) : facts
    }
    case 'pushes': {
      if (!atWork) return facts
      const report: Report = { kind: 'pushed', sha: turn.commit }
      const head = aHead({ commit: aCommit({ sha: turn.commit }), seenAt: at })
      return { ...set({ state: 'finished', report: { report, at } }), head, verdict: pending({ why: 'no-check' }) }
    }
    case 'fails':
      return atWork ? set({ state: 'failed', error: 'API Error: 529' }) : facts
    case 'asks':
      return atWork ? set({ state: 'waiting', pending: { id: `r${at}`, kind: 'input', detail: '?' } }) : facts
    case 'answers':
      return thread.state === 'waiting' ? set({ state: 'working', pending: null }) : facts
    case 'vanishes':
      return { ...facts, thread: aThread({ state: 'absent', messages: [], createdAt: null, lastSignAt: null }) }
    case 'closes by keyword':
      return facts.head === null ? facts : withIssue({ ...facts, closedBy: 'run' }, { state: 'closed' })
    case 'unlocks':
      return withLabel(facts, lock, 'unlabeled', maria)
  }
}

function judged(facts: RunFacts, turn: Turn, at: number): RunFacts {
  if (facts.head === null) return facts
  // A verdict stands until something runs again.
  if (facts.verdict?.kind !== 'pending') return facts
  if (at - facts.head.seenAt < seconds(60)) return facts
  const sha = facts.head.commit.sha
  const verdicts: { readonly [name in Turn['verdict']]: Verdict } = {
    green,
    red: red({ judged: sha }),
    'other red': red({ judged: sha, signature: 'two', failing: ['lint'] }),
    infrastructure: red({ judged: sha, infrastructureOnly: true, rerunDone: facts.card.rerun?.head === sha }),
    pending: pending(),
    rollout: pending({ stage: 'rollout', why: 'rollout' }),
  }
  return { ...facts, verdict: verdicts[turn.verdict] }
}
