import { describe, expect, it } from 'vitest'
import { reviewThreadIdOf } from '../../src/core/ids.ts'
import type { IssueFacts } from '../../src/core/model.ts'
import type { PollObservation } from '../../src/core/dispatch/poll-facts.ts'
import type { RepoPolicy } from '../../src/core/policy.ts'
import { pollRecord, restorePolicy, type PollRecord } from '../../src/core/record/record.ts'
import { compare } from '../../src/core/record/replay.ts'
import { replayPoll } from '../../src/core/record/replay-poll.ts'
import { aCard, anOutcome, cardComment, runId } from '../builders/card.ts'
import { anIssue } from '../builders/issue.ts'
import { anObservation, anOverview, now, settle, type World } from '../builders/observation.ts'
import { thePolicy } from '../builders/policy.ts'
import { aProject, aThreadSummary } from '../builders/thread.ts'
import { sha } from '../builders/time.ts'

const red = { branch: 'main', head: sha('b'), rollup: 'failure' } as const

/** A poller's record of these ready issues; `forget` is what that tick did not ask. */
function aRecord(
  issues: readonly IssueFacts[],
  forget: Partial<PollObservation> = {},
  more: { readonly first?: Partial<PollObservation>; readonly world?: Partial<World>; readonly red?: boolean } = {},
): PollRecord {
  const repos = [...new Set(issues.map(({ repo }) => repo))]
  const overviews = repos.map((repo) => anOverview(repo, issues, more.red ? { base: red } : {}))
  const { plan, observation } = settle(anObservation({ repos: overviews, ...more.first }), thePolicy(), {
    issues,
    ...more.world,
  })
  const record = pollRecord({ ...observation, ...forget }, plan.decisions, false, thePolicy())
  return JSON.parse(JSON.stringify(record)) as PollRecord
}

/** What becomes of each issue: `comparison: decision (codes)`, or what is missing. */
function under(record: PollRecord, policy: Partial<RepoPolicy> = {}): readonly string[] {
  const recorded = restorePolicy(record.policy, thePolicy())
  const other = thePolicy({ ...recorded.repo(''), ...policy })
  return replayPoll(record, { recorded, now: other }).map((replayed) => {
    const { now: then } = replayed
    if (then.kind !== 'decided') return then.kind === 'unknown' ? `unknown: ${then.missing.join(', ')}` : then.kind
    return `${compare(replayed)}: ${then.decided.decision} (${then.decided.codes.join(', ')})`
  })
}

const issue = anIssue()
const ended = cardComment(aCard({ runId: '00000000-0000-5000-8000-000000000000', outcome: anOutcome() }))

describe('what a tick did not ask is named', () => {
  it('nothing, where all was asked', () => {
    expect(under(aRecord([issue]))).toEqual(['same: dispatch ()'])
  })

  it.each([
    ['the issues of its repo', aRecord([issue], { summaries: {}, looked: {} }), 'the issues of acme/shop'],
    ['its history', aRecord([issue], { looked: {} }), 'the history of acme/shop#42'],
    ['who labelled it', aRecord([issue], { permissions: {} }), 'the permission of maria in acme/shop'],
    ['through which app', aRecord([issue], { via: {} }), 'the app that labelled acme/shop#42'],
    [
      'its blockers',
      aRecord([anIssue({ body: 'Blocked by #3, #4' })], { blockers: {} }),
      'the state of acme/shop#3, acme/shop#4',
    ],
    [
      'the head of a red base, which an earlier run may have left so',
      aRecord([anIssue({ comments: [ended] })], { heads: {} }, { red: true }),
      'the head of main in acme/shop',
    ],
  ])('%s', (_what, record, missing) => {
    const [said = ''] = under(record)
    expect(said).toMatch(/^unknown: /)
    expect(said).toContain(missing)
  })

  it('not where the decision is the same whatever the answer would have been', () => {
    // Red, and no run of the issue's that could have been it: nobody has to read the head.
    expect(under(aRecord([issue], { heads: {} }, { red: true }))).toEqual(['same: skip (base-red)'])
    // The blocker is open, so neither the labeller nor the app matter.
    const blocked = [anIssue({ body: 'Blocked by #3' })]
    const record = aRecord(blocked, { permissions: {}, via: {} }, { world: { blocker: () => 'open' } })
    expect(under(record)).toEqual(['same: skip (blocked)'])
  })
})

describe('a thread whose state the list did not tell', () => {
  const lately = { id: reviewThreadIdOf(runId, 1), state: 'settled', updatedAt: now, lastMessageAt: now } as const
  const first = { threads: [aThreadSummary(lately, 'acme/shop', 7)], projects: [aProject()] }

  it.each([
    ['finished', 'same: dispatch ()', `the state of thread ${lately.id}`],
    // That tick left the issue itself unread.
    ['starting', 'same: skip (repo-busy)', 'the issues of acme/shop, the history of acme/shop#42'],
  ] as const)('%s: is known once it was asked', (state, said, missing) => {
    const record = aRecord([issue], {}, { first, world: { threadState: () => state } })
    expect(under(record)).toEqual([said])
    const unasked = { ...record, observation: { ...record.observation, threadStates: {} } }
    expect(under(unasked)).toEqual([`unknown: ${missing}`])
  })

  it('is no matter where something else forbids the start in any case', () => {
    const locked = anIssue({ labels: ['ready-for-agent', 'agent-in-progress'] })
    const record = aRecord([locked], {}, { first, world: { threadState: () => 'starting' } })
    expect(under({ ...record, observation: { ...record.observation, threadStates: {} } })).toEqual([
      'same: skip (in-progress)',
    ])
  })
})

describe('repos with other labels', () => {
  const labels = { ready: 'go', inProgress: 'busy', human: 'person' }

  it('are unknown', () => {
    expect(under(aRecord([issue]), { labels })).toEqual(['unknown: the events of other labels'])
  })

  it('leave the others as they would be with and without them', () => {
    const web = anIssue({ repo: 'acme/web', number: 3 })
    const record = aRecord([issue, web], {}, { first: { threads: [aThreadSummary({ id: 'x', title: 'a chat' })] } })
    const recorded = restorePolicy(record.policy, thePolicy())
    const usual = recorded.repo('')
    const other = { ...recorded, repo: (repo: string) => (repo === 'acme/shop' ? { ...usual, labels } : usual) }
    expect(replayPoll(record, { recorded, now: other }).map((one) => [one.repo, compare(one)])).toEqual([
      ['acme/shop', 'unknown'],
      ['acme/web', 'same'],
    ])
  })
})
