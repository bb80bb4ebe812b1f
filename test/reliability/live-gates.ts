import { landsAtOnce } from '../sandbox/t3/agents.ts'
import type { GatesNow } from '../../src/app/tick.ts'
import type { Around } from './calls.ts'
import { endProblems } from './ends.ts'
import { createLab } from './lab.ts'
import { policyOf, quick } from './policy.ts'
import type { Programs } from './programs.ts'
import { openReady, type Scenario } from './scenarios.ts'

/** Writes that start or continue agent work (SPEC 3.5). */
const agentWork = ['createProject', 'createThread', 'startTurn', 'rerun']

export interface Shut {
  /** The gates shut right after so many writes, or calls of any kind, of the whole life. */
  readonly after: number
  readonly of?: 'writes' | 'calls'
  readonly how: 'switch' | 'allowlist'
}

/**
 * A life in which the gates shut between two effects, in the middle of a tick. While the switch is on no tick begins; a shortened list
 * leaves the ticks running. After five minutes they open again, and the life goes on to its end. Answers what was wrong, and how many
 * writes or calls the life had.
 */
export async function shutInMidTick(
  scenario: Scenario,
  shut: Shut,
  changed?: Programs,
): Promise<{ readonly problems: readonly string[]; readonly counted: number }> {
  const lab = await createLab({
    policy: await policyOf(scenario.settings ?? quick),
    agent: scenario.agent ?? ((world) => landsAtOnce(world.crew)),
    ...(scenario.repos ? { repos: scenario.repos } : {}),
    ...(changed ? { programs: changed } : {}),
  })
  if (scenario.begin) scenario.begin(lab)
  else openReady(lab)
  await lab.pass(120)
  const broken: string[] = []
  let counted = 0
  let isShut = false
  let opensAt = Infinity
  const around: Around = async (call, proceed) => {
    if (isShut && agentWork.includes(call.operation)) broken.push(`${call.operation} after the gates were shut`)
    const answer = await proceed()
    if (!call.isWrite && shut.of !== 'calls') return answer
    counted += 1
    if (counted === shut.after) {
      isShut = true
      opensAt = lab.clock.now() + 300_000
    }
    return answer
  }
  const gates = (): GatesNow => {
    if (!isShut) return { open: true, drain: false, allowlist: lab.repos, why: 'open' }
    return shut.how === 'switch'
      ? { open: false, drain: false, allowlist: lab.repos, why: 'kill-switch' }
      : { open: true, drain: false, allowlist: ['acme/other'], why: 'open' }
  }
  let round = 0
  for (; round < 40; round += 1) {
    if (lab.clock.now() >= opensAt) isShut = false
    // People act by the calendar: what they do in mid-run they do while everything runs.
    if (shut.how === 'switch' || !isShut) scenario.people?.(lab, round)
    for (const program of ['poller', 'watcher'] as const) {
      if (!isShut || shut.how === 'allowlist') await lab.tick(program, { around, gates })
    }
    await lab.pass(scenario.every ?? 60)
    if (!isShut && endProblems(lab, scenario, false).length === 0) break
  }
  // People's deeds at fixed rounds meet another moment of the run when five minutes are missing: those ends are not compared.
  const isSame = shut.how === 'switch' && scenario.people === undefined
  const ends = isSame ? endProblems(lab, scenario, false) : []
  return { problems: [...broken, ...lab.monitor.broken, ...lab.monitor.lostUpdates, ...ends], counted }
}
