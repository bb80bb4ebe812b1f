import { describe, expect, it } from 'vitest'
import type { Approval, Card, DeploymentRecord } from '../../src/core/card/card.ts'
import { parseCard } from '../../src/core/card/card-parse.ts'
import { renderCard } from '../../src/core/card/card-render.ts'
import { releaseBell } from '../../src/core/doorbell/doorbell-release.ts'
import { resolutionOf } from '../../src/core/doorbell/bell-resolution.ts'
import { approvalCause } from '../../src/core/people/approval-rows.ts'
import { onGithubCause } from '../../src/core/people/held-deployments.ts'
import { aCard, anOutcome, dawn, sha } from './builders.ts'

/** What people read of a deployment that is held back (SPEC 16.2). */

const numbers = { usdPerMillionTokens: 6, maxAttempts: 5, hasRollout: true }
const url = 'https://github.example/acme/shop/actions/runs/9'
const head = { sha: sha('a'), seenAt: dawn, pathsClear: true }
const yes: Approval = { what: 'deploy', head: sha('a'), decision: 'approved', by: 'ada', via: 'comment', at: dawn }
const record = (changes: Partial<DeploymentRecord>): Pick<Card, 'deployment'> => ({
  deployment: { head: sha('a'), at: dawn, state: 'there', since: dawn, ...changes },
})
const shown = (changes: Partial<Card>) => renderCard(aCard({ head, ...changes }), numbers)

describe('the card', () => {
  it('says that a person has to let it go, and where, for as long as that is so', () => {
    expect(shown(record({ url }))).toContain(`**Waits for a person on GitHub:**`)
    expect(shown(record({ url }))).toContain(`approves or rejects it at [its workflow run](${url}).`)
    expect(shown(record({}))).toContain('approves or rejects it at its workflow run.')
    expect(shown(record({ head: sha('b') }))).not.toContain('Waits for a person')
    for (const state of ['free', 'held', 'allowed', 'running'] as const)
      expect(shown(record({ state }))).not.toContain('Waits for a person')
  })

  it('says what was left when the run ended with it', () => {
    const frozen = shown({ ...record({ url }), outcome: anOutcome({ kind: 'frozen' }) })
    expect(frozen).toContain(`GitHub still held the deployment back, at [its workflow run](${url}).`)
    expect(frozen).not.toContain('Waits for a person')
    expect(shown({ ...record({ url }), outcome: anOutcome({ kind: 'landed' }) })).not.toContain('held the deployment')
  })

  it.each<[state: DeploymentRecord['state'], changes: Partial<DeploymentRecord>, verb: string]>([
    ['held', {}, 'Not released yet: a yes to deploy'],
    ['there', { refused: [9] }, 'Not released yet: a yes to deploy'],
    ['there', { allowed: [3] }, 'Not released yet: a yes to deploy'],
    ['held', { allowed: [3] }, 'Approved to deploy'],
    ['allowed', { allowed: [3] }, 'Approved to deploy'],
    ['running', {}, 'Approved to deploy'],
    ['held', { head: sha('b') }, 'Approved to deploy'],
  ])('calls a yes by what came of it: %s %o', (state, changes, verb) => {
    expect(shown({ ...record({ state, ...changes }), approvals: [yes] })).toContain(`- ${verb} \``)
  })

  it('of a yes to merge, and of a no, says what was said', () => {
    const approvals = [
      { ...yes, what: 'merge' as const },
      { ...yes, decision: 'rejected' as const },
    ]
    const card = shown({ ...record({}), approvals })
    expect(card).toContain('- Approved to merge')
    expect(card).toContain('- Rejected to deploy')
  })

  it('comes back as it was', () => {
    const card = aCard({ head, ...record({ url, refused: [9], allowed: [3] }) })
    expect(parseCard(renderCard(card, numbers))).toEqual({ kind: 'card', card })
  })
})

describe('the doorbell', () => {
  const subject = { title: 'Round prices', issueUrl: 'https://github.example/acme/shop/issues/42', repo: 'acme/shop' }
  const bell = (approved: boolean, changes: Partial<DeploymentRecord> = { url }) =>
    releaseBell({
      ...subject,
      card: aCard({ head, ...record(changes) }),
      environments: ['live', '<!channel>'],
      approved,
      patience: 604_800,
    })

  it('says that a person must approve it on GitHub, where, and that a reaction does not', () => {
    const { headline, paragraphs, buttons, kind, mention } = bell(false)
    expect([kind, mention]).toEqual(['approval', true])
    expect(headline).toBe('acme/shop#42 has a deployment that a person must approve on GitHub')
    expect(paragraphs[1]).toEqual({
      label: 'Why',
      text: 'GitHub holds the deployment of the landed commit back, and does not let the account of afk release it.',
      quote: 'live, <!channel>',
    })
    expect(paragraphs[2]?.text).toMatch(/on GitHub, at its workflow run; a reaction here does not\..* in 7 days/u)
    expect(buttons[0]).toEqual({ label: 'Deployment', url })
  })

  it('says that a yes alone did not do, and leads nowhere where there is no place', () => {
    expect(bell(true).paragraphs[1]?.text).toMatch(/^A yes to deploy was given, but GitHub/u)
    expect(bell(true, {}).buttons[0]?.label).not.toBe('Deployment')
  })

  it.each<[cause: string, state: DeploymentRecord['state'], what: string | undefined]>([
    [onGithubCause(sha('a')), 'there', undefined],
    [onGithubCause(sha('a')), 'running', undefined],
    [onGithubCause(sha('a')), 'free', 'No longer asked'],
    [approvalCause('deploy', sha('a')), 'free', 'No longer asked'],
    [approvalCause('merge', sha('a')), 'free', undefined],
    [onGithubCause(sha('b')), 'free', 'No longer asked: there is a newer commit'],
  ])('of %s, %s: %s', (cause, state, what) => {
    const card = aCard({ head, ...record({ state }) })
    expect(resolutionOf({ kind: 'approval', cause }, card, dawn, () => null)?.what).toBe(what)
  })
})
