import type { Actor, Permission, RepoName } from '../core/model.ts'
import { personKey } from '../core/dispatch/poll-facts.ts'
import { trustOf, type TrustContext } from '../core/trust.ts'
import type { Tick } from './tick.ts'

/** Looks up whoever of these people has to be, and answers with what {@link trustOf} needs to judge them. `self` is afk's own account unless given. */
export async function knowPermissions(
  repo: RepoName,
  actors: readonly (Actor | null)[],
  tick: Tick,
  self?: Actor,
): Promise<TrustContext> {
  const known = new Map<string, Permission | null>()
  const context: TrustContext = {
    policy: tick.policy.repo(repo),
    self: self ?? (await tick.world.tracker.self()),
    permissionOf: (login) => known.get(personKey(repo, login)),
  }
  for (const actor of actors) {
    if (actor === null || trustOf(actor, context) !== 'unknown') continue
    known.set(personKey(repo, actor.login), await permissionOf(repo, actor.login, tick))
  }
  return context
}

/** One request a person and tick (SPEC 5.1, Trust), also for those who ask at the same time; one that failed may be made again. Throws PortError. */
export function permissionOf(repo: RepoName, login: string, { people, world }: Tick): Promise<Permission | null> {
  const person = personKey(repo, login)
  const asked = people.get(person)
  if (asked !== undefined) return asked
  const asking = world.tracker.permission(repo, login)
  people.set(person, asking)
  asking.catch(() => people.delete(person))
  return asking
}
