import type { Approval, Card } from './card.ts'
import { markdownLink } from '../text/escape.ts'

/** That only a person can let the deployment go, and where (SPEC 16.2): for as long as it is so, and when the run ended with it. */
export function deploymentText(card: Card): readonly string[] {
  const { deployment, outcome, head } = card
  if (deployment?.state !== 'there' || deployment.head !== head?.sha) return []
  const place = deployment.url === undefined ? 'its workflow run' : markdownLink('its workflow run', deployment.url)
  if (outcome !== null) {
    return outcome.kind === 'landed'
      ? []
      : [`**Not deployed:** when the run ended, GitHub still held the deployment back, at ${place}.`]
  }
  return [
    `**Waits for a person on GitHub:** the deployment is held back there, and afk's account may not release it. Somebody who reviews its environment approves or rejects it at ${place}.`,
  ]
}

/** A yes has been given, and what it was given for still hangs. */
export function isUnreleased({ what, head, decision }: Approval, { deployment }: Card): boolean {
  if (what !== 'deploy' || decision !== 'approved' || deployment?.head !== head) return false
  return deployment.state === 'there' || (deployment.state === 'held' && deployment.allowed === undefined)
}
