import { sameName, type Actor, type Permission } from './model.ts'
import type { RepoPolicy } from './policy.ts'

/** What is needed to say whom to trust in one repo (SPEC 5.1, Trust). */
export interface TrustContext {
  readonly policy: Pick<RepoPolicy, 'trustedPermissions' | 'trustedActors' | 'agentLogins'>
  /** The account that afk acts as: never trusted, or afk could approve its own work. */
  readonly self: Actor
  /** Looked-up permissions: undefined = not asked yet, null = no standing in the repo. */
  readonly permissionOf: (login: string) => Permission | null | undefined
}

/**
 * Whether a label, an edit or a comment of this actor counts; `unknown` until their permission was looked up.
 * Nobody (a deleted account, an event without an actor) is untrusted: unattributable never counts.
 */
export function trustOf(actor: Actor | null, context: TrustContext): 'trusted' | 'untrusted' | 'unknown' {
  if (actor === null || isOwn(actor, context)) return 'untrusted'
  if (isListed(actor, context.policy)) return 'trusted'
  if (actor.kind === 'bot') return 'untrusted'
  const permission = context.permissionOf(actor.login)
  if (permission === undefined) return 'unknown'
  return permission !== null && holds(permission, context.policy.trustedPermissions) ? 'trusted' : 'untrusted'
}

/**
 * On the list of `trustedActors`. `name[bot]` means that app alone: anybody may register an account of the app's bare name, and a list
 * that trusts the one must not trust the other.
 */
export function isListed(actor: Actor, policy: Pick<RepoPolicy, 'trustedActors'>): boolean {
  return policy.trustedActors.some(
    (login) => (bare(login) === login || actor.kind === 'bot') && sameName(bare(login), actor.login),
  )
}

/** afk itself or one of the agents: never a person (SPEC 4, `agentLogins`). */
export function isOwn(actor: Actor, context: Pick<TrustContext, 'policy' | 'self'>): boolean {
  return sameName(actor.login, context.self.login) || isAgent(actor, context.policy)
}

export function isAgent(actor: Actor, policy: Pick<RepoPolicy, 'agentLogins'>): boolean {
  return policy.agentLogins.some((login) => sameName(bare(login), actor.login))
}

const builtInRoles = ['admin', 'maintain', 'write', 'triage', 'read', 'none']

/** The role's name decides; a custom role has a name of its own, so there the permission it is based on does (contracts of GitHub). */
function holds(permission: Permission, trusted: readonly string[]): boolean {
  const effective = builtInRoles.includes(permission.role.toLowerCase()) ? permission.role : permission.permission
  return trusted.some((name) => sameName(name, effective))
}

/** Logins are compared without the `[bot]` that one of the APIs appends. */
function bare(login: string): string {
  return login.replace(/\[bot\]$/i, '')
}
