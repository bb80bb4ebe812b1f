import type { ApplyContext } from './apply.ts'

/**
 * Why agent work must not begin at this instant: the deadline, or a gate, read anew; null when it may (SPEC 3.5, 10). Asked right
 * before each command and not only before its effect: what an effect looks up first may take seconds.
 */
export function heldBack({ tick, issue, memory }: Pick<ApplyContext, 'tick' | 'issue' | 'memory'>): string | null {
  if (tick.over()) return 'deadline'
  const gates = tick.gates()
  if (!gates.open) return gates.why
  if (!gates.allowlist.some((repo) => repo.toLowerCase() === issue.repo.toLowerCase())) return 'not-allowlisted'
  if (gates.drain && memory.startsNew) return 'draining'
  return null
}
