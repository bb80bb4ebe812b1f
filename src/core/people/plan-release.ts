import type { Card, DeploymentRecord } from '../card/card.ts'
import { releaseBell } from '../doorbell/doorbell-release.ts'
import type { Effect } from '../effects.ts'
import type { WaitingDeployment } from '../pull-model.ts'
import type { RunFacts } from '../run/run-facts.ts'
import { onGithubCause } from './held-deployments.ts'
import { releaseComment } from './note-comments.ts'
import { planAsking } from './plan-asking.ts'

/** Lets deployments go in the name of who said yes; what was let go, or refused, stands on the card before anything else is done. */
export function planAllow(card: Card, waiting: readonly WaitingDeployment[]): readonly Effect[] {
  const by = card.approvals?.findLast(({ what }) => what === 'deploy')?.by ?? 'somebody'
  let known = card
  const effects: Effect[] = []
  for (const { workflowRun, environments } of waiting) {
    const ids = environments.map(({ id }) => id)
    const refused = withTried(known, { refused: [...(known.deployment?.refused ?? []), workflowRun] })
    effects.push({
      kind: 'deployment.allow',
      workflowRun,
      environments: ids,
      comment: `Approved by ${by}.`,
      ifRefused: [{ kind: 'card.write', card: refused }],
    })
    known = withTried(known, { allowed: [...(known.deployment?.allowed ?? []), ...ids] })
  }
  return [...effects, { kind: 'card.write', card: known }]
}

/** On the issue and by the doorbell, once a head: this account may not let it go, and who may does so at the service. */
export function planOnGithub(
  { issue, head, policy, ...facts }: RunFacts,
  card: Card,
  waiting: readonly WaitingDeployment[],
): readonly Effect[] {
  if (head === null) return []
  const environments = waiting.flatMap((run) => run.environments.map(({ name }) => name))
  const url = waiting[0]?.url ?? null
  const { sha } = head.commit
  const approved = card.approvals?.some(({ what, head: of }) => what === 'deploy' && of === sha) ?? false
  const told = { environments, approved, patience: policy.mergeMaxSeconds }
  return planAsking(
    { ...facts, issue, head, policy },
    {
      on: issue.number,
      cause: onGithubCause(sha),
      body: releaseComment({ ...told, url, head: sha }),
      message: releaseBell({ ...told, card, title: issue.title, issueUrl: issue.url, repo: issue.repo }),
      asked: () => card,
    },
  )
}

function withTried(card: Card, tried: Pick<DeploymentRecord, 'refused' | 'allowed'>): Card {
  return card.deployment === undefined ? card : { ...card, deployment: { ...card.deployment, ...tried } }
}
