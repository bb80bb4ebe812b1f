import type { DeploymentRecord } from '../card/card.ts'
import type { WaitingDeployment } from '../pull-model.ts'
import type { RunFacts } from '../run/run-facts.ts'
import type { Verdict } from '../verdict/verdict.ts'

/** The deployments of the head that the service holds back, by who can let them go. */
export interface HeldDeployments {
  /** This account may, as far as it knows. */
  readonly here: readonly WaitingDeployment[]
  /** It may not: only a person can, at the service. */
  readonly there: readonly WaitingDeployment[]
}

/** Nothing but a deployment, or what follows it, is waited for. With a red or a running check nobody is asked and nothing let go. */
export function onlyDeploymentLeft(verdict: Verdict | null): boolean {
  if (verdict?.kind === 'green') return true
  return verdict?.kind === 'pending' && (verdict.why === 'held' || verdict.stage === 'rollout')
}

/** Those that were let go and still show as held (a wait timer, a slow service) are neither. */
export function heldDeployments(facts: RunFacts): HeldDeployments {
  const { card, head, people } = facts
  const known = card.deployment?.head === head?.commit.sha ? card.deployment : undefined
  const only = (may: boolean) =>
    people.waiting
      .map((run) => ({
        ...run,
        environments: run.environments.filter(({ id, mayApprove }) => {
          if (known?.allowed?.includes(id) === true) return false
          return may === (mayApprove && known?.refused?.includes(run.workflowRun) !== true)
        }),
      }))
      .filter(({ environments }) => environments.length > 0)
  return { here: only(true), there: only(false) }
}

/** The doorbell by which people are told that only they can let it go, once a head. */
export function onGithubCause(head: string): string {
  return `approval:on-github:${head}`
}

/** What the card should say of it now. Undefined: nothing, as no yes to deploy is wanted, or the checks are not that far. */
export function deploymentOf(facts: RunFacts): DeploymentRecord | undefined {
  const { card, head, landing, now, people, policy, verdict } = facts
  const asks = policy.approval.before.includes('deploy') && landing.kind !== 'open'
  if (head === null || !asks) return card.deployment
  const sha = head.commit.sha
  const known = card.deployment?.head === sha ? card.deployment : undefined
  const isDue = onlyDeploymentLeft(verdict)
  if (known === undefined && !isDue) return card.deployment
  // What red checks are followed by is another commit; until then nothing is known to have changed.
  if (verdict?.kind === 'red') return known
  const { here, there } = heldDeployments(facts)
  const held = here.length > 0 ? 'held' : there.length > 0 ? 'there' : people.waiting.length > 0 ? 'allowed' : 'free'
  const state = isDue ? held : 'running'
  const since = known?.state === state ? known.since : now.tracker
  const at = known?.at ?? now.tracker
  const url = state === 'there' ? there[0]?.url : null
  // Held back again is another thing: this account may be asked to let it go once more.
  const tried = state === 'free' || state === 'running' ? {} : pick(known)
  return { head: sha, at, state, since, ...tried, ...(typeof url === 'string' ? { url } : {}) }
}

function pick(known: DeploymentRecord | undefined): Pick<DeploymentRecord, 'allowed' | 'refused'> {
  return {
    ...(known?.allowed === undefined ? {} : { allowed: known.allowed }),
    ...(known?.refused === undefined ? {} : { refused: known.refused }),
  }
}
