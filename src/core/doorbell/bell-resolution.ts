import type { OpenBell } from './bell-places.ts'
import type { Approval, Card } from '../card/card.ts'
import type { Resolution } from '../effects.ts'
import type { Instant } from '../model.ts'
import { onGithubCause } from '../people/held-deployments.ts'

/**
 * What has become of what a doorbell asked for, as far as the card knows: null while it may still be asked. Of requests in the executor
 * the card knows nothing (`answered-bells.ts`). `authorOf` names who wrote a comment, where that is known.
 */
export function resolutionOf(
  { kind, cause }: Pick<OpenBell, 'kind' | 'cause'>,
  card: Card,
  now: Instant,
  authorOf: (comment: number) => string | null,
): Resolution | null {
  switch (kind) {
    case 'waiting':
      return null
    case 'question':
      return answered(cause, card, authorOf)
    case 'approval':
      return decided(cause, card) ?? released(cause, card) ?? overtaken(cause, card, now)
    case 'ready-to-merge':
      return card.pull != null && card.pull.merged !== null
        ? { what: 'Merged', by: null, at: now }
        : overtaken(cause, card, now)
  }
}

function answered(cause: string, card: Card, authorOf: (comment: number) => string | null): Resolution | null {
  const question = card.questions?.find(({ number }) => cause === `question:${number}`)
  if (question === undefined || question.answeredAt === null) return null
  if (question.answer === null) return { what: 'Answered in T3', by: null, at: question.answeredAt }
  const login = authorOf(question.answer)
  return { what: 'Answered', by: login === null ? null : { login }, at: question.answeredAt }
}

function decided(cause: string, card: Card): Resolution | null {
  const approval = card.approvals?.findLast(({ what, head }) => cause === `approval:${what}:${head}`)
  if (approval === undefined) return null
  return { what: words[approval.decision], by: whoOf(approval), at: approval.at }
}

const words: { readonly [decision in Approval['decision']]: string } = { approved: 'Approved', rejected: 'Rejected' }

function whoOf({ by, via }: Approval): Resolution['by'] {
  return via === 'slack' ? { member: by } : { login: by }
}

/** Somebody has let the deployment go, or taken it back, at the service itself. */
function released(cause: string, { deployment }: Card): Resolution | null {
  if (deployment?.state !== 'free') return null
  const isOfIt = [`approval:deploy:${deployment.head}`, onGithubCause(deployment.head)].includes(cause)
  return isOfIt ? { what: 'No longer asked', by: null, at: deployment.since } : null
}

/** Both are asked once a head, which the cause ends in. */
function overtaken(cause: string, { head }: Card, at: Instant): Resolution | null {
  if (head === null || cause.endsWith(`:${head.sha}`)) return null
  return { what: 'No longer asked: there is a newer commit', by: null, at }
}
