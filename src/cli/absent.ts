import { asPortError } from '../app/tick.ts'
import { sameName, type IssueRef } from '../core/model.ts'
import type { Labels } from '../core/policy.ts'
import type { Session } from './session.ts'

/** Why an issue that was asked for is not in the plan. */
export interface Absent {
  readonly code: 'not-found' | 'closed' | 'escalated' | 'in-progress' | 'not-labelled'
  readonly message: string
  readonly remedy: string
}

/** One read of the issue; null: it could not be read, which is reported in the session. */
export async function whyAbsent(issue: IssueRef, { tick }: Session): Promise<Absent | null> {
  const { labels } = tick.policy.repo(issue.repo)
  const name = `${issue.repo}#${issue.number}`
  try {
    const [found] = await tick.world.tracker.look([{ ...issue, labels }])
    if (found === undefined) throw new Error(`a look without an entry for ${name}`)
    if (found.ok) return absentWords(name, found.value, labels)
    if (found.error.category !== 'not-found') throw found.error
  } catch (thrown) {
    const error = asPortError(thrown)
    tick.report.error('look', error, issue)
    tick.failures.item(error)
    return null
  }
  return {
    code: 'not-found',
    message: `there is no issue ${name}, or it is hidden from this token; a pull request is none`,
    remedy: 'check the number and the repo',
  }
}

function absentWords(
  name: string,
  { state, labels: has }: { readonly state: string; readonly labels: readonly string[] },
  { ready, inProgress, human }: Labels,
): Absent {
  const carries = (label: string) => has.some((other) => sameName(other, label))
  if (state === 'closed') {
    const remedy = `nothing to do; if there is more to do, reopen it and put ${ready} on`
    return { code: 'closed', message: `${name} is closed`, remedy }
  }
  if (carries(inProgress)) {
    const message = `${name} does not carry ${ready}, and is being worked on: it carries ${inProgress}`
    return { code: 'in-progress', message, remedy: 'see its run with afk status' }
  }
  if (carries(human)) {
    const message = `${name} is with a person: it carries ${human}, and ${ready} no more`
    const remedy = `see its card for what to do; when that is settled, put ${ready} back on: that starts a new run`
    return { code: 'escalated', message, remedy }
  }
  return {
    code: 'not-labelled',
    message: `${name} does not carry ${ready}`,
    remedy: `put ${ready} on to hand it to afk`,
  }
}
