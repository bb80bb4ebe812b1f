import { describe, expect, it } from 'vitest'
import { rules, type EligibilityCode, type RuleContext, type Ruling } from '../../src/core/dispatch/eligibility.ts'
import type { IssueFacts, Permission, RepoOverview } from '../../src/core/model.ts'
import { situations, type Need, type PollObservation } from '../../src/core/dispatch/poll-facts.ts'
import type { RepoPolicy } from '../../src/core/policy.ts'
import { aCard, anOutcome, cardComment } from '../builders/card.ts'
import {
  afk,
  aComment,
  anEdit,
  anIssue,
  epochId,
  human,
  labelled,
  lock,
  maria,
  ready,
  stranger,
  unlabelled,
} from '../builders/issue.ts'
import { anObservation, anOverview } from '../builders/observation.ts'
import { thePolicy } from '../builders/policy.ts'
import { aCommit } from '../builders/run.ts'
import { minutes, seconds, sha, t0 } from '../builders/time.ts'

interface Given {
  readonly issue?: Partial<IssueFacts>
  /** `summary`: only what the list tells; `nothing`: not even that. */
  readonly known?: 'all' | 'summary' | 'nothing'
  readonly overview?: Partial<RepoOverview>
  readonly observation?: Partial<PollObservation>
  readonly policy?: Partial<RepoPolicy>
  readonly context?: Partial<RuleContext>
}

function judge(code: EligibilityCode, given: Given): Ruling {
  const issue = anIssue(given.issue)
  const known = given.known ?? 'all'
  const observation = anObservation({
    repos: [anOverview('acme/shop', [issue], { ready: [42], locked: [], ...given.overview })],
    summaries: known === 'nothing' ? {} : { 'acme/shop': [issue] },
    looked: known === 'all' ? { 'acme/shop#42': issue } : {},
    ...given.observation,
  })
  const [situation] = situations(observation, thePolicy(given.policy))
  const [candidate] = situation?.candidates ?? []
  const rule = rules.find((one) => one.code === code)
  if (situation === undefined || candidate === undefined || rule === undefined) throw new Error('no such rule')
  return rule.check({
    candidate,
    situation,
    observation,
    resume: false,
    heldBy: null,
    allowlisted: true,
    ...given.context,
  })
}

type Row = readonly [code: EligibilityCode, why: string, given: Given]

const own = { 'acme/shop maria': { permission: 'write', role: 'write' } }
const permissions = (role: string, login = 'maria'): { [person: string]: Permission } => ({
  [`acme/shop ${login}`]: { permission: role, role },
})
const look: Need = { kind: 'look', issue: { repo: 'acme/shop', number: 42 } }
const redBase: Partial<RepoOverview> = { base: { branch: 'main', head: sha('b'), rollup: 'failure' } }
const earlier = aCard({ runId: 'earlier', epoch: 'LE_0', outcome: anOutcome() })
const blocker = (state: 'open' | 'closed' | 'unreadable', number = 7) => ({ repo: 'acme/shop', number, state })

const passing: readonly Row[] = [
  ['not-allowlisted', 'it is on the list', {}],
  ['in-progress', 'it has no lock', {}],
  ['in-progress', 'nothing is known of it yet', { known: 'nothing' }],
  ['in-progress', 'another issue has the lock', { overview: { locked: [7] } }],
  [
    'in-progress',
    'an earlier epoch had its lock',
    {
      issue: {
        labelEvents: [
          labelled(ready, { id: 'LE_0', at: t0 - minutes(9) }),
          labelled(lock, { actor: afk, at: t0 - minutes(8) }),
          unlabelled(lock, { actor: afk, at: t0 - minutes(7) }),
          labelled(ready),
        ],
      },
    },
  ],
  ['repo-busy', 'nothing holds the repo', {}],
  ['human-label', 'there is none', {}],
  ['human-label', 'there is none, by the list alone', { known: 'summary' }],
  [
    'human-label',
    'it is older than the epoch',
    { issue: { labels: [ready, human], labelEvents: [labelled(human, { at: t0 - 1 }), labelled(ready)] } },
  ],
  [
    'human-label',
    'it was taken off again',
    { issue: { labelEvents: [labelled(ready), labelled(human, { at: t0 + 1 }), unlabelled(human, { at: t0 + 2 })] } },
  ],
  ['already-ran', 'it has no card', {}],
  ['already-ran', 'its card has no outcome yet', { issue: { comments: [cardComment(aCard())] } }],
  ['already-ran', 'an earlier run has an outcome', { issue: { comments: [cardComment(earlier)] } }],
  [
    'already-ran',
    'somebody else posted a card with an outcome',
    { issue: { comments: [cardComment(aCard({ outcome: anOutcome() }), { own: false, author: stranger })] } },
  ],
  [
    'already-ran',
    'another card is broken, and its own is whole',
    { issue: { comments: [cardComment(aCard()), aComment({ id: 2, body: '<!-- afk:v1 ' })] } },
  ],
  ['untrusted-labeller', 'write permission', { observation: { permissions: own, via: { [epochId]: null } } }],
  ['untrusted-labeller', 'a listed person', { policy: { trustedActors: ['Maria'] } }],
  [
    'untrusted-labeller',
    'a listed bot',
    {
      policy: { trustedActors: ['triage-bot[bot]'] },
      issue: { labelEvents: [labelled(ready, { actor: { login: 'triage-bot', kind: 'bot' } })] },
    },
  ],
  [
    'untrusted-labeller',
    'through a listed app',
    { policy: { trustedActors: ['linear[bot]'] }, observation: { permissions: own, via: { [epochId]: 'linear' } } },
  ],
  [
    'untrusted-labeller',
    'a trusted person after a stranger',
    {
      issue: { labelEvents: [labelled(ready, { id: 'LE_0', actor: stranger, at: t0 - minutes(1) }), labelled(ready)] },
      observation: { permissions: own, via: { [epochId]: null } },
    },
  ],
  ['edited-after-label', 'never edited', {}],
  ['edited-after-label', 'edited before', { issue: { edits: [anEdit({ at: t0 - 1 })] } }],
  [
    'edited-after-label',
    'edited by somebody trusted',
    { issue: { edits: [anEdit({ actor: maria })] }, observation: { permissions: own } },
  ],
  ['edited-after-label', 'no epoch', { issue: { labelEvents: [], edits: [anEdit()] } }],
  ['blocked', 'nothing named', {}],
  ['blocked', 'nothing named, by the list alone', { known: 'summary' }],
  [
    'blocked',
    'all blockers are closed',
    {
      issue: { body: 'Blocked by #7', dependencies: [blocker('closed', 8)] },
      observation: { blockers: { 'acme/shop#7': blocker('closed') } },
    },
  ],
  ['blocked', 'it names only itself', { issue: { body: 'Blocked by #42 and Acme/Shop#42' } }],
  ['blocked', 'a mention outside of a clause', { issue: { body: 'See #7.\n```\nblocked by #7\n```' } }],
  ['pickup-delay', 'old enough to the second', { observation: { now: { tracker: t0 + seconds(60), executor: 0 } } }],
  ['pickup-delay', 'no epoch', { issue: { labelEvents: [] } }],
  ['base-red', 'green', {}],
  ['base-red', 'pending', { overview: { base: { branch: 'main', head: sha('b'), rollup: 'pending' } } }],
  ['base-red', 'no checks at all', { overview: { base: { branch: 'main', head: sha('b'), rollup: 'none' } } }],
  ['base-red', 'an empty repo', { overview: { base: null } }],
  ['base-red', 'a green base is not required', { overview: redBase, policy: { requireGreenBase: false } }],
  [
    'base-red',
    'red by an earlier run of the same issue',
    {
      overview: redBase,
      issue: { comments: [cardComment(earlier)] },
      observation: { heads: { 'acme/shop': aCommit({ message: 'x\n\nAFK-Run: earlier' }) } },
    },
  ],
  ['repo-moved', 'the same name in other letters', { overview: { nameWithOwner: 'Acme/Shop' } }],
]

const failing: readonly (readonly [...Row, facts: object])[] = [
  ['not-allowlisted', 'not on the list', { context: { allowlisted: false } }, { repo: 'acme/shop' }],
  ['in-progress', 'it has the lock', { overview: { locked: [42] } }, { label: lock }],
  [
    'in-progress',
    'it got the lock since the list was read',
    { issue: { labels: [ready, 'Agent-in-Progress'] } },
    { label: lock },
  ],
  [
    'in-progress',
    'its lock was put on and taken off again',
    {
      issue: {
        labelEvents: [labelled(ready), labelled(lock, { actor: afk, at: t0 + 1 }), unlabelled(lock, { at: t0 + 2 })],
      },
    },
    { lock: 'taken off' },
  ],
  ['repo-busy', 'held', { context: { heldBy: 'acme/shop#7' } }, { heldBy: 'acme/shop#7' }],
  [
    'human-label',
    'put on after the epoch',
    { issue: { labels: [ready, 'Ready-For-Human'], labelEvents: [labelled(ready), labelled(human, { at: t0 + 1 })] } },
    { label: human, by: 'maria', at: '2026-11-21T05:00:00.001Z' },
  ],
  [
    'human-label',
    'put on again after the epoch, by nobody known',
    {
      issue: {
        labels: [ready, human],
        labelEvents: [
          labelled(human, { at: t0 - 1 }),
          labelled(ready),
          unlabelled(human, { at: t0 + 1 }),
          labelled(human, { at: t0 + 2, actor: null }),
        ],
      },
    },
    { by: null },
  ],
  [
    'already-ran',
    'its card has an outcome',
    { issue: { comments: [cardComment(aCard({ outcome: anOutcome() }))] } },
    { outcome: 'frozen', reason: 'stagnant' },
  ],
  [
    'already-ran',
    'a broken card',
    { issue: { comments: [aComment({ id: 5, body: '<!-- afk:v1 x -->' })] } },
    { unreadableCards: [5] },
  ],
  [
    'already-ran',
    'a newer card',
    { issue: { comments: [aComment({ id: 5, body: '<!-- afk:v2 x -->' })] } },
    { unreadableCards: [5] },
  ],
  [
    'already-ran',
    'a tampered card',
    { issue: { comments: [cardComment(aCard(), { id: 5, editedByOther: true })] } },
    { unreadableCards: [5] },
  ],
  [
    'untrusted-labeller',
    'triage',
    { observation: { permissions: permissions('triage') } },
    { by: 'maria', permission: 'triage' },
  ],
  [
    'untrusted-labeller',
    'read',
    { observation: { permissions: permissions('read') } },
    { by: 'maria', permission: 'read' },
  ],
  [
    'untrusted-labeller',
    'no collaborator',
    { observation: { permissions: { 'acme/shop maria': null } } },
    { by: 'maria', permission: 'none' },
  ],
  [
    'untrusted-labeller',
    'a bot',
    { issue: { labelEvents: [labelled(ready, { actor: { login: 'triage-bot', kind: 'bot' } })] } },
    { by: 'triage-bot', account: 'a bot that is not on trustedActors' },
  ],
  [
    'untrusted-labeller',
    'afk itself',
    { issue: { labelEvents: [labelled(ready, { actor: afk })] } },
    { by: afk.login, account: "afk's own" },
  ],
  [
    'untrusted-labeller',
    'an agent',
    { policy: { agentLogins: ['maria'] }, observation: { permissions: own } },
    { by: 'maria', account: 'one of agentLogins' },
  ],
  ['untrusted-labeller', 'nobody', { issue: { labelEvents: [labelled(ready, { actor: null })] } }, { by: null }],
  ['untrusted-labeller', 'no event', { issue: { labelEvents: [] } }, { by: null }],
  [
    'untrusted-labeller',
    'through an app',
    { observation: { permissions: own, via: { [epochId]: 'linear' } } },
    { by: 'maria', via: 'linear' },
  ],
  [
    'untrusted-labeller',
    'an event that the list of events does not show',
    { observation: { permissions: own, via: { [epochId]: false } } },
    { by: 'maria', event: "not in GitHub's list of events" },
  ],
  [
    'untrusted-labeller',
    'a stranger after a trusted person',
    {
      issue: { labelEvents: [labelled(ready), labelled(ready, { id: 'LE_2', actor: stranger, at: t0 + 1 })] },
      observation: { permissions: { ...own, 'acme/shop stranger': null } },
    },
    { by: 'stranger' },
  ],
  [
    'edited-after-label',
    'an edit by a stranger, and a trusted one on top of it',
    {
      issue: { edits: [anEdit({ what: 'title' }), anEdit({ actor: maria, at: t0 + 9000 })] },
      observation: { permissions: { ...own, 'acme/shop stranger': null } },
    },
    { what: 'title', by: 'stranger', at: '2026-11-21T05:00:01.000Z' },
  ],
  [
    'edited-after-label',
    "in the label's own second",
    { issue: { edits: [anEdit({ at: t0, actor: null })] } },
    { by: null },
  ],
  [
    'edited-after-label',
    'by a bot',
    { issue: { edits: [anEdit({ actor: { login: 'x', kind: 'bot' } })] } },
    { by: 'x' },
  ],
  ['edited-after-label', 'by an agent', { issue: { edits: [anEdit({ actor: afk })] } }, { by: afk.login }],
  [
    'blocked',
    'an open blocker',
    { issue: { body: 'Blocked by #7' }, observation: { blockers: { 'acme/shop#7': blocker('open') } } },
    { by: ['acme/shop#7 (open)'] },
  ],
  [
    'blocked',
    'a blocker that cannot be read, another one closed',
    {
      issue: { body: 'BLOCKED BY #7, other/repo#8' },
      observation: {
        blockers: {
          'acme/shop#7': blocker('closed'),
          'other/repo#8': { repo: 'other/repo', number: 8, state: 'unreadable' },
        },
      },
    },
    { by: ['other/repo#8 (unreadable)'] },
  ],
  [
    'blocked',
    'one open blocker, the other not asked for',
    { issue: { body: 'Blocked by #7 and #8' }, observation: { blockers: { 'acme/shop#7': blocker('open') } } },
    { by: ['acme/shop#7 (open)'] },
  ],
  ['blocked', 'an open dependency', { issue: { dependencies: [blocker('open')] } }, { by: ['acme/shop#7 (open)'] }],
  [
    'blocked',
    'an unreadable dependency',
    { issue: { dependencies: [blocker('unreadable')] } },
    { by: ['acme/shop#7 (unreadable)'] },
  ],
  [
    'blocked',
    'open dependencies by the list',
    { known: 'summary', issue: { openDependencies: 2 } },
    { openDependencies: 2 },
  ],
  ['blocked', 'open dependencies by number alone', { issue: { openDependencies: 1 } }, { openDependencies: 1, by: [] }],
  [
    'pickup-delay',
    'a second too young',
    { observation: { now: { tracker: t0 + seconds(59) + 999, executor: 0 } } },
    { ageSeconds: 59, pickupDelaySeconds: 60 },
  ],
  [
    'pickup-delay',
    'a clock behind',
    { observation: { now: { tracker: t0 - minutes(10), executor: 0 } } },
    { ageSeconds: 0 },
  ],
  ['base-red', 'red, and no earlier run', { overview: redBase }, { branch: 'main', commit: sha('b') }],
  [
    'base-red',
    "red by somebody else's commit",
    {
      overview: redBase,
      issue: { comments: [cardComment(earlier)] },
      observation: { heads: { 'acme/shop': aCommit({ message: 'x\n\nAFK-Run: of-another-issue' }) } },
    },
    { commit: sha('b') },
  ],
  [
    'base-red',
    'red, and the head is gone',
    { overview: redBase, issue: { comments: [cardComment(earlier)] }, observation: { heads: { 'acme/shop': null } } },
    { commit: sha('b') },
  ],
  ['repo-moved', 'another name', { overview: { nameWithOwner: 'acme/store' } }, { now: 'acme/store' }],
]

const asking: readonly (readonly [...Row, needs: readonly Need[]])[] = [
  [
    'human-label',
    'the list shows it, its age only the issue',
    { known: 'summary', issue: { labels: [ready, human] } },
    [look],
  ],
  ['human-label', 'nothing is known', { known: 'nothing' }, [look]],
  ['already-ran', 'the comments are not known', { known: 'summary' }, [look]],
  ['untrusted-labeller', 'the events are not known', { known: 'summary' }, [look]],
  [
    'untrusted-labeller',
    'the permission is not known',
    {},
    [{ kind: 'permission', repo: 'acme/shop', login: 'maria', of: { repo: 'acme/shop', number: 42 } }],
  ],
  [
    'untrusted-labeller',
    'whether an app did it is not known, which is asked of trusted people only',
    { observation: { permissions: own } },
    [{ kind: 'via', issue: { repo: 'acme/shop', number: 42 }, eventId: epochId }],
  ],
  ['edited-after-label', 'the edits are not known', { known: 'summary' }, [look]],
  [
    'edited-after-label',
    'who edited is not known',
    { issue: { edits: [anEdit(), anEdit({ actor: maria })] }, observation: { permissions: own } },
    [{ kind: 'permission', repo: 'acme/shop', login: 'stranger', of: { repo: 'acme/shop', number: 42 } }],
  ],
  ['blocked', 'the text is not known', { known: 'nothing' }, [look]],
  [
    'blocked',
    'of two blockers one is not known',
    { issue: { body: 'Blocked by #7 #8' }, observation: { blockers: { 'acme/shop#7': blocker('closed') } } },
    [{ kind: 'states', of: { repo: 'acme/shop', number: 42 }, issues: [{ repo: 'acme/shop', number: 8 }] }],
  ],
  ['pickup-delay', 'the event is not known', { known: 'summary' }, [look]],
  ['base-red', 'red, and the cards are not known', { known: 'summary', overview: redBase }, [look]],
  [
    'base-red',
    'red after an earlier run, whose commit it is is not known',
    { overview: redBase, issue: { comments: [cardComment(earlier)] } },
    [{ kind: 'head', repo: 'acme/shop', branch: 'main' }],
  ],
]

describe('rules of eligibility (SPEC 5.1)', () => {
  it.each(passing)('%s passes: %s', (code, _, given) => {
    expect(judge(code, given)).toEqual({ verdict: 'pass' })
  })

  it.each(failing)('%s fails: %s', (code, _, given, facts) => {
    expect(judge(code, given)).toMatchObject({ verdict: 'fail', facts, unblock: expect.stringMatching(/\S/) })
  })

  it('promises no start that other rules may still forbid', () => {
    expect(judge('repo-busy', { context: { heldBy: 'acme/shop#7' } })).toMatchObject({
      unblock: 'it may start when that run has ended',
    })
  })

  it.each(asking)('%s asks: %s', (code, _, given, needs) => {
    expect(judge(code, given)).toEqual({ verdict: 'unknown', needs })
  })

  it("stand in the SPEC's order, each with a passing and a failing row, and costly ones with an asking one", () => {
    expect(rules.map(({ code }) => code)).toEqual([
      'not-allowlisted',
      'in-progress',
      'repo-busy',
      'human-label',
      'already-ran',
      'untrusted-labeller',
      'edited-after-label',
      'blocked',
      'pickup-delay',
      'base-red',
      'repo-moved',
    ])
    const codes = (rows: readonly { readonly 0: string }[]) => new Set(rows.map((row) => row[0]))
    expect(codes(passing)).toEqual(codes(rules.map(({ code }) => [code])))
    expect(codes(failing)).toEqual(codes(rules.map(({ code }) => [code])))
    expect(codes(asking)).toEqual(codes(rules.filter(({ cost }) => cost === 'costly').map(({ code }) => [code])))
  })

  it('of which only the delay and the base are waived for a half-done dispatch', () => {
    expect(rules.filter(({ waivedOnResume }) => waivedOnResume).map(({ code }) => code)).toEqual([
      'pickup-delay',
      'base-red',
    ])
  })
})
