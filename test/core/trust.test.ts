import { describe, expect, it } from 'vitest'
import type { Actor, Permission } from '../../src/core/model.ts'
import { isAgent, isListed, isOwn, trustOf, type TrustContext } from '../../src/core/trust.ts'
import { afk, maria } from '../builders/issue.ts'

function context(
  permission: Permission | null | undefined,
  policy: Partial<TrustContext['policy']> = {},
): TrustContext {
  return {
    policy: { trustedPermissions: ['admin', 'maintain', 'write'], trustedActors: [], agentLogins: [], ...policy },
    self: afk,
    permissionOf: () => permission,
  }
}

const bot: Actor = { login: 'renovate', kind: 'bot' }

describe('trustOf by permission (SPEC 5.1, Trust)', () => {
  it.each<[string, string, string]>([
    ['admin', 'admin', 'trusted'],
    ['maintain', 'write', 'trusted'],
    ['write', 'write', 'trusted'],
    ['WRITE', 'write', 'trusted'],
    ['triage', 'read', 'untrusted'],
    ['read', 'read', 'untrusted'],
    ['none', 'none', 'untrusted'],
    // A custom role: its base decides.
    ['release-captain', 'write', 'trusted'],
    ['release-captain', 'read', 'untrusted'],
    // Role names decide for the built-in ones, whatever the older field says.
    ['triage', 'write', 'untrusted'],
  ])('role %s with permission %s is %s', (role, permission, trust) => {
    expect(trustOf(maria, context({ role, permission }))).toBe(trust)
  })

  it('is untrusted without any standing, and unknown until asked', () => {
    expect(trustOf(maria, context(null))).toBe('untrusted')
    expect(trustOf(maria, context(undefined))).toBe('unknown')
  })

  it('counts only what the policy counts', () => {
    const narrow = { trustedPermissions: ['Admin'] }
    expect(trustOf(maria, context({ role: 'admin', permission: 'admin' }, narrow))).toBe('trusted')
    expect(trustOf(maria, context({ role: 'maintain', permission: 'write' }, narrow))).toBe('untrusted')
  })
})

describe('trustOf by name', () => {
  const admin: Permission = { role: 'admin', permission: 'admin' }

  it('never trusts nobody', () => {
    expect(trustOf(null, context(admin, { trustedActors: ['ghost'] }))).toBe('untrusted')
  })

  it('never trusts a bot for its permission, and does so when it is listed', () => {
    expect(trustOf(bot, context(admin))).toBe('untrusted')
    expect(trustOf(bot, context(null, { trustedActors: ['Renovate[bot]'] }))).toBe('trusted')
    expect(trustOf(bot, context(null, { trustedActors: ['renovate'] }))).toBe('trusted')
  })

  it('trusts a listed person whatever the permission, without asking', () => {
    expect(trustOf(maria, context(undefined, { trustedActors: ['MARIA'] }))).toBe('trusted')
  })

  it("does not take an account of an app's bare name for the app", () => {
    const impostor: Actor = { login: 'renovate', kind: 'user' }
    expect(trustOf(impostor, context(null, { trustedActors: ['renovate[bot]'] }))).toBe('untrusted')
    expect(isListed(impostor, { trustedActors: ['renovate[bot]'] })).toBe(false)
  })

  it.each([
    ['afk itself', afk, { trustedActors: [afk.login] }],
    ['an agent', maria, { agentLogins: ['Maria'], trustedActors: ['maria'] }],
    ["an agent's app", bot, { agentLogins: ['renovate[bot]'], trustedActors: ['renovate[bot]'] }],
  ])('never trusts %s, listed or not', (_, actor, policy) => {
    expect(trustOf(actor, context(admin, policy))).toBe('untrusted')
  })
})

describe('isOwn and isAgent', () => {
  it('know afk by its login and agents by theirs, in any letter case', () => {
    const policy = { ...context(null).policy, agentLogins: ['Code-Agent[bot]'] }
    const agent: Actor = { login: 'code-agent', kind: 'bot' }
    expect(
      [afk, agent, maria].map((actor) => isOwn(actor, { policy, self: { login: 'AFK-runner', kind: 'bot' } })),
    ).toEqual([true, true, false])
    expect([afk, agent, maria].map((actor) => isAgent(actor, policy))).toEqual([false, true, false])
  })
})
