import { isRung } from '../doorbell/ring-effects.ts'
import { detailStarts } from '../explain/explain-cases.ts'
import { age } from '../label-history.ts'
import type { WaitingDeployment } from '../pull-model.ts'
import { stop, wait } from '../run/decisions.ts'
import type { RunDecision } from '../run/run-decision.ts'
import type { RunFacts, RunHead } from '../run/run-facts.ts'
import { approval, approvalCause, saidOf } from './approval-rows.ts'
import { deploymentOf, heldDeployments, onGithubCause, onlyDeploymentLeft } from './held-deployments.ts'

/**
 * A deployment that GitHub holds back, where a yes to deploy is wanted (SPEC 16.2): asked for and let go only once all else is green,
 * and before anything is called landed. Where this account may not let it go, a person has to at GitHub, and is told so.
 */
export function deployApproval(facts: RunFacts): RunDecision | null {
  const { head, landing, policy, verdict } = facts
  if (head === null || landing.kind === 'open' || !policy.approval.before.includes('deploy')) return null
  if (!onlyDeploymentLeft(verdict)) return null
  const { here, there } = heldDeployments(facts)
  if (here.length > 0) {
    const environments = namesOf(here)
    return (
      approval(facts, 'deploy') ?? {
        kind: 'allow-deployment',
        code: 'approved',
        facts: { environments },
        waiting: here,
      }
    )
  }
  return there.length > 0 ? onGithub(facts, head, there) : mayAppear(facts, head)
}

function onGithub(facts: RunFacts, { commit }: RunHead, waiting: readonly WaitingDeployment[]): RunDecision {
  const { card, now, policy } = facts
  const code = 'deploy-on-github'
  const environments = namesOf(waiting)
  const told = { head: commit.sha, environments }
  const bell = card.bells[onGithubCause(commit.sha)]
  const ring = { kind: 'ask-on-github', code, waiting } as const
  // A no still ends the run; a yes is written down, though it lets nothing go.
  const askedFirst = approvalCause('deploy', commit.sha)
  const said = saidOf(facts, 'deploy', card.bells[askedFirst] === undefined ? onGithubCause(commit.sha) : askedFirst)
  if (said !== null) return said
  if (bell === undefined) return { ...ring, facts: told }
  const seconds = Math.floor(age(now.tracker, bell.at) / 1000)
  if (seconds > policy.mergeMaxSeconds) {
    return stop('unapproved', { ...told, seconds }, `${detailStarts.notReleased}: ${environments.join(', ')}`)
  }
  return isRung(bell) ? wait(code, { ...told, seconds }) : { ...ring, facts: { ...told, seconds } }
}

/** What deploys often begins only when the checks are over: a yes that is wanted must not be missed for a few seconds. */
function mayAppear(facts: RunFacts, { commit }: RunHead): RunDecision | null {
  const record = deploymentOf(facts)
  if (facts.verdict?.kind !== 'green' || record?.state !== 'free' || record.since !== record.at) return null
  const seconds = Math.floor(age(facts.now.tracker, record.at) / 1000)
  return seconds < facts.policy.ciSettleSeconds
    ? wait('ci-pending', { head: commit.sha, stage: 'ci', why: 'settling', waitingFor: [], seconds })
    : null
}

function namesOf(waiting: readonly WaitingDeployment[]): readonly string[] {
  return waiting.flatMap(({ environments }) => environments.map(({ name }) => name))
}
