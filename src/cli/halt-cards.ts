import type { Halt } from '../app/halt.ts'
import { markHalted, type Marked } from '../app/mark-halted.ts'
import { onlyEditing } from '../app/plan-read-only.ts'
import { PortError } from '../ports/errors.ts'
import type { Desk } from './desk.ts'
import { openSession } from './session.ts'
import { readAll } from './settle.ts'

export interface MarkedCards {
  readonly marked: readonly Marked[]
  /** Why the cards could not be looked at, all of them, and what to do about it. */
  readonly problem: { readonly why: string; readonly remedy: string } | null
}

/**
 * Marks the cards once the agents are interrupted. Whatever keeps it from that, a missing token or a GitHub that is down, is an answer
 * and no failure of the halt: the agents stand still by now.
 */
export async function markCards(desk: Desk, halt: Halt, say: (what: string) => void): Promise<MarkedCards> {
  if (halt.halted.length + halt.resting.length === 0) return { marked: [], problem: null }
  const settled = await readAll(desk)
  if (!settled.ok) {
    const [first] = settled.problems
    const example = first === undefined ? '' : `, such as ${first.path}: expected ${first.expected}, got ${first.got}`
    return unmarked(
      halt,
      `the configuration has ${settled.problems.length} problem(s)${example}`,
      'mend the configuration (afk doctor shows all of it), then run halt again',
    )
  }
  const allowlist = settled.gates.allowlist.map(({ fullName }) => fullName)
  const { tick } = openSession(desk, settled, allowlist, onlyEditing)
  const { tickDeadlineSeconds: tickSeconds } = settled.config.settings
  try {
    const marked = await markHalted(halt, { tick, tickSeconds, sleep: (ms) => desk.sleep(ms), say })
    return { marked, problem: null }
  } catch (thrown) {
    if (!(thrown instanceof PortError)) throw thrown
    return unmarked(halt, thrown.message, 'run halt again once GitHub and T3 can be used with these credentials')
  }
}

function unmarked({ halted }: Halt, why: string, remedy: string): MarkedCards {
  const card = { result: 'failed', why, remedy } as const
  const none = { result: 'none', why: 'its agent was not interrupted', remedy: null } as const
  return {
    marked: halted.map((one) => ({ ...one, card: one.result === 'interrupted' ? card : none })),
    problem: { why, remedy },
  }
}
