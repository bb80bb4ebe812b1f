import type { Actor, RepoName } from '../core/model.ts'
import { personKey } from '../core/dispatch/poll-facts.ts'
import { trustOf, type TrustContext } from '../core/trust.ts'
import type { Tick } from './tick.ts'

/** Looks up whoever of these people nothing is known of yet in this tick, and answers with what {@link trustOf} needs to judge them. `self` is afk's own account unless given. */
export async function knowPermissions(
  repo: RepoName,
  actors: readonly (Actor | null)[],
  tick: Tick,
  self?: Actor,
): Promise<TrustContext> {
  const context: TrustContext = {
    policy: tick.policy.repo(repo),
    self: self ?? (await tick.world.tracker.self()),
    permissionOf: (login) => tick.people.get(personKey(repo, login)),
  }
  for (const actor of actors) {
    if (actor === null || trustOf(actor, context) !== 'unknown') continue
    tick.people.set(personKey(repo, actor.login), await tick.world.tracker.permission(repo, actor.login))
  }
  return context
}
