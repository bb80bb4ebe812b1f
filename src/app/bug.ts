import type { IssueRef } from '../core/model.ts'
import { PortError } from '../ports/errors.ts'
import type { Tick } from './tick.ts'

/**
 * Records what one item threw, so that the others go on (SPEC 6): a port's failure by its category, anything else as a fault of afk's
 * own, told by its kind and place and never by its words, which may hold text that afk was working on.
 */
export function recordFailure(thrown: unknown, what: string, tick: Tick, issue?: IssueRef): string {
  if (thrown instanceof PortError) {
    tick.report.error(what, thrown, issue)
    tick.failures.item(thrown)
    return thrown.category
  }
  tick.report.note('error', {
    category: 'bug',
    what,
    ...(issue ? { repo: issue.repo, issue: issue.number } : {}),
    name: thrown instanceof Error ? thrown.name : typeof thrown,
    stack: placesOf(thrown),
  })
  tick.failures.bug()
  return 'bug'
}

function placesOf(thrown: unknown): readonly string[] {
  if (!(thrown instanceof Error)) return []
  const { message, stack = '' } = thrown
  // A stack begins with the message, whose lines may look like places; one with another message is not told apart.
  const start = stack.indexOf(message)
  if (start === -1) return []
  return stack
    .slice(start + message.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 8)
}
