import type { IssueFacts } from '../core/model.ts'
import type { ApplyContext } from './apply.ts'

/** The issue as it is at this instant: what is searched right before and after a write that is not idempotent. Throws PortError. */
export async function lookAgain({ tick, issue }: Pick<ApplyContext, 'tick' | 'issue'>): Promise<IssueFacts | null> {
  const { labels } = tick.policy.repo(issue.repo)
  const [found] = await tick.world.tracker.look([{ ...issue, labels }])
  if (found === undefined) return null
  if (!found.ok) throw found.error
  return found.value
}
