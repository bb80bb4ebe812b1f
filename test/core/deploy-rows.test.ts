import { describe, expect, it } from 'vitest'
import type { Card, DeploymentRecord } from '../../src/core/card/card.ts'
import { approvalCause } from '../../src/core/people/approval-rows.ts'
import { onGithubCause } from '../../src/core/people/held-deployments.ts'
import type { Said } from '../../src/core/people/people.ts'
import type { WaitingDeployment } from '../../src/core/pull-model.ts'
import { decideRun } from '../../src/core/run/decide-run.ts'
import { nextCard } from '../../src/core/run/next-card.ts'
import { planRun } from '../../src/core/run/plan-run.ts'
import type { RunDecision } from '../../src/core/run/run-decision.ts'
import type { RunFacts } from '../../src/core/run/run-facts.ts'
import type { Verdict } from '../../src/core/verdict/verdict.ts'
import { aCard } from '../builders/card.ts'
import { afk } from '../builders/issue.ts'
import { aNo, anOpenPull, aYes, people } from '../builders/people.ts'
import { aPolicy } from '../builders/policy.ts'
import { aPushedRun, green, now, pending, red, type RunChanges } from '../builders/run.ts'
import { minutes, seconds, sha } from '../builders/time.ts'

/** Deployments that GitHub holds back, in a repo that wants a yes to deploy (SPEC 16.2). */

const page = 'https://github.example/acme/shop/actions/runs/9'
const live = { id: 3, name: 'live', mayApprove: true }
const stage = { id: 4, name: 'stage', mayApprove: true }
const holds = (...environments: WaitingDeployment['environments']): readonly WaitingDeployment[] => [
  { workflowRun: 9, url: page, environments },
]
const here = holds(live)
const there = holds({ ...live, mayApprove: false })

const policy = aPolicy({
  approval: { before: ['deploy'], by: ['maria'] },
  ciMaxSeconds: 60,
  ciSettleSeconds: 60,
  mergeMaxSeconds: 3600,
})
const record = (changes: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  head: sha('a'),
  at: now - minutes(10),
  state: 'held',
  since: now - minutes(10),
  ...changes,
})
const yes = { what: 'deploy', head: sha('a'), by: 'maria', via: 'comment', at: now - minutes(1) } as const
const approved = { approvals: [{ ...yes, decision: 'approved' }] } as const
const asked = (cause: string, ago = minutes(5)): Partial<Card> => ({ bells: { [cause]: { at: now - ago } } })
const askedHere = asked(approvalCause('deploy', sha('a')))
const askedThere = asked(onGithubCause(sha('a')))

function facts(
  verdict: Verdict,
  waiting: readonly WaitingDeployment[],
  card: Partial<Card> = {},
  said: readonly Said[] = [],
  changes: RunChanges = {},
): RunFacts {
  return aPushedRun(verdict, { policy, card: aCard(card), people: people({ waiting, said }), ...changes })
}

const held = pending({ why: 'held', waitingFor: ['deploy'] })
const rollout = pending({ stage: 'rollout', why: 'rollout' })
const free = record({ state: 'free', at: now - seconds(59), since: now - seconds(59) })
const settled = record({ state: 'free', at: now - seconds(60), since: now - seconds(60) })

type Row = readonly [why: string, facts: RunFacts, decision: Partial<RunDecision> & { readonly facts?: object }]

const rows: readonly Row[] = [
  ['held, all else green', facts(held, here), { kind: 'ask-approval', code: 'approval-deploy' }],
  ['green, as what is held is not required', facts(green, here), { kind: 'ask-approval' }],
  ['the rollout is waited for', facts(rollout, here), { kind: 'ask-approval' }],
  ['something else runs: not asked', facts(pending(), here), { kind: 'stop', code: 'ci-timeout' }],
  ['a required check is missing: not asked', facts(pending({ why: 'required-missing' }), here), { kind: 'stop' }],
  ['something is red: not asked', facts(red(), here), { kind: 'fix-forward' }],
  ['approved, and something else runs: not let go', facts(pending(), here, approved), { code: 'ci-pending' }],
  ['approved, and something is red: not let go', facts(red(), here, approved), { kind: 'fix-forward' }],
  ['approved', facts(held, here, approved), { kind: 'allow-deployment', waiting: here }],
  ['approved, and green', facts(green, here, approved), { kind: 'allow-deployment', waiting: here }],
  ['green, and it waits for the yes', facts(green, here, askedHere), { kind: 'wait', code: 'approval-deploy' }],
  ['let go, and green', facts(green, here, { ...approved, deployment: record({ allowed: [3] }) }), { kind: 'land' }],
  [
    'let go, and still held for ciMaxSeconds: not let go again',
    facts(held, here, {
      approvals: [{ ...yes, decision: 'approved', at: now - seconds(61) }],
      deployment: record({ allowed: [3] }),
    }),
    { kind: 'stop', code: 'ci-timeout' },
  ],
  [
    'a second environment after the first',
    facts(held, holds(live, stage), { ...approved, deployment: record({ allowed: [3] }) }),
    { kind: 'allow-deployment', waiting: holds(stage) },
  ],
  ['green, nothing held yet', facts(green, []), { kind: 'wait', code: 'ci-pending', facts: { why: 'settling' } }],
  ['green, nothing held for less than ciSettleSeconds', facts(green, [], { deployment: free }), { kind: 'wait' }],
  ['green, nothing held for ciSettleSeconds', facts(green, [], { deployment: settled }), { kind: 'land' }],
  ['green after it was held', facts(green, [], { deployment: record() }), { kind: 'land' }],
  ['green, no yes wanted', facts(green, here, {}, [], { policy: aPolicy() }), { kind: 'land' }],
  ['this account may not', facts(held, there), { kind: 'ask-on-github', code: 'deploy-on-github' }],
  ['this account may not, and green', facts(green, there), { kind: 'ask-on-github', waiting: there }],
  ['told', facts(held, there, askedThere), { kind: 'wait', code: 'deploy-on-github', facts: { seconds: 300 } }],
  [
    'told for an hour',
    facts(held, there, asked(onGithubCause(sha('a')), minutes(60) + seconds(1))),
    { kind: 'stop', code: 'unapproved', detail: 'nobody released its deployment on GitHub: live' },
  ],
  [
    'told, but not rung',
    facts(held, there, { bells: { [onGithubCause(sha('a'))]: { at: now - seconds(9), undelivered: true } } }),
    { kind: 'ask-on-github' },
  ],
  ['told, and a no', facts(held, there, askedThere, [aNo({ at: now - 1 })]), { kind: 'record-approval' }],
  ['told, and a yes', facts(held, there, askedThere, [aYes()]), { kind: 'record-approval', receipt: 77 }],
  ['told, and the yes recorded', facts(held, there, { ...askedThere, ...approved }, [aYes()]), { kind: 'wait' }],
  [
    'rejected',
    facts(held, there, { ...askedThere, approvals: [{ ...yes, decision: 'rejected' }] }),
    { kind: 'stop', code: 'rejected' },
  ],
  [
    'approved, and refused',
    facts(held, here, { ...askedHere, ...approved, deployment: record({ refused: [9] }) }),
    { kind: 'ask-on-github', waiting: here },
  ],
  [
    'approved, refused, and a no to what was asked first',
    facts(held, here, { ...askedHere, ...approved, deployment: record({ refused: [9] }) }, [aNo({ at: now - 1 })]),
    { kind: 'record-approval' },
  ],
  [
    'refused for another commit',
    facts(held, here, { ...approved, deployment: record({ head: sha('c'), refused: [9] }) }),
    { kind: 'allow-deployment' },
  ],
  [
    'a day for the yes is no time of the checks that follow',
    facts(pending(), [], { deployment: record({ state: 'there', since: now - minutes(1440) }) }),
    { kind: 'wait', code: 'ci-pending', facts: { seconds: 0 } },
  ],
  [
    'nor of the rollout',
    facts(rollout, [], {
      phases: { deployed: now - minutes(1440) },
      deployment: record({ state: 'running', since: now - seconds(30) }),
    }),
    { kind: 'wait', code: 'ci-pending', facts: { stage: 'rollout', seconds: 0 } },
  ],
  ['open: the merge is meant', facts(green, here, {}, [], { landing: anOpenPull() }), { kind: 'review' }],
]

describe('a deployment that is held back', () => {
  it.each(rows)('%s', (_why, given, decision) => {
    expect(decideRun(given, afk)).toMatchObject(decision)
  })
})

describe('on the card', () => {
  const stateOf = (given: RunFacts) => nextCard(given).deployment

  it.each<[why: string, given: RunFacts, expected: Partial<DeploymentRecord> | undefined]>([
    ['nothing where no yes is wanted', facts(green, here, {}, [], { policy: aPolicy() }), undefined],
    ['nothing before the checks are over', facts(pending(), here), undefined],
    ['held', facts(held, here), { head: sha('a'), state: 'held', at: now, since: now }],
    ['where a person lets it go', facts(held, there), { state: 'there', url: page }],
    ['nothing is held', facts(green, []), { state: 'free' }],
    ['since when', facts(held, here, { deployment: record() }), record()],
    ['another commit', facts(held, here, { deployment: record({ head: sha('c') }) }), { at: now }],
    ['red: as it was', facts(red(), [], { deployment: record() }), record()],
    ['let go', facts(held, here, { deployment: record({ allowed: [3] }) }), { state: 'allowed', allowed: [3] }],
    [
      'checks run: what was tried is forgotten',
      facts(pending(), [], { deployment: record({ refused: [9], allowed: [3] }) }),
      { head: sha('a'), state: 'running', at: now - minutes(10), since: now },
    ],
  ])('%s', (_why, given, expected) => {
    const found = stateOf(given)
    if (expected === undefined) expect(found).toBeUndefined()
    else expect(found).toMatchObject(expected)
    if (found?.state === 'running') expect(found).not.toHaveProperty('refused')
  })
})

describe('what is written', () => {
  const plan = (given: RunFacts) => planRun(given, decideRun(given, afk), 'text')

  it('what was let go, or refused, stands on the card', () => {
    const two = [...here, { workflowRun: 10, url: null, environments: [stage] }]
    const effects = plan(facts(held, two, { ...approved, deployment: record() }))
    const refusedAfter = (refused: number[], allowed?: number[]) => [
      { kind: 'card.write', card: { deployment: { refused, ...(allowed && { allowed }) } } },
    ]
    expect(effects.slice(-3)).toMatchObject([
      { kind: 'deployment.allow', workflowRun: 9, environments: [3], ifRefused: refusedAfter([9]) },
      { kind: 'deployment.allow', workflowRun: 10, environments: [4], ifRefused: refusedAfter([10], [3]) },
      { kind: 'card.write', card: { deployment: { allowed: [3, 4] } } },
    ])
  })

  it('a person is told where: by a comment, the doorbell and the card', () => {
    const effects = plan(facts(held, there))
    expect(effects.map(({ kind }) => kind)).toEqual(['comment.say', 'doorbell.ring', 'card.write'])
    const [comment, ring] = effects
    expect(comment).toMatchObject({ on: 42, body: expect.stringContaining(`[its workflow run](${page})`) })
    expect(ring).toMatchObject({
      cause: onGithubCause(sha('a')),
      message: {
        kind: 'approval',
        headline: expect.stringContaining('a person must approve on GitHub'),
        buttons: expect.arrayContaining([{ label: 'Deployment', url: page }]),
      },
    })
    expect(JSON.stringify(effects)).not.toContain('A yes to deploy was given')
  })

  it('and that a yes alone did not do', () => {
    const effects = plan(facts(held, here, { ...approved, deployment: record({ refused: [9] }) }))
    expect(JSON.stringify(effects)).toContain('A yes to deploy was given, but GitHub')
  })
})
