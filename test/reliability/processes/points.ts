import type { Program } from '../../../src/app/report.ts'
import type { Death } from '../calls.ts'
import { landsAtOnce } from '../../sandbox/t3/agents.ts'
import { createLab, type Lab } from '../lab.ts'
import { policyOf, quick } from '../policy.ts'
import { endProblems } from '../ends.ts'
import { openReady, scenarios, type Scenario } from '../scenarios.ts'

/** One moment of one scenario's life at which a process is killed. */
export interface Point {
  readonly scenario: Scenario
  readonly round: number
  readonly program: Program
  readonly death: Death
  /** The round after which the undisturbed life has come to its end. */
  readonly endsAfter: number
}

const programs = ['poller', 'watcher'] as const
const maxRounds = 14

/** Every write of every tick of every scenario, before and after it. */
export async function allPoints(): Promise<readonly Point[]> {
  const points: Point[] = []
  for (const scenario of scenarios) {
    const lab = await createLife(scenario)
    const own: Omit<Point, 'endsAfter'>[] = []
    let endsAfter = Infinity
    await liveUntil(lab, scenario, null, (round, program, writes) => {
      for (let at = 1; at <= writes; at += 1) {
        for (const when of ['before', 'after'] as const) own.push({ scenario, round, program, death: { at, when } })
      }
      if (program === 'watcher' && endProblems(lab, scenario, false).length === 0)
        endsAfter = Math.min(endsAfter, round)
    })
    points.push(...own.map((point) => ({ ...point, endsAfter })))
  }
  return points
}

export async function createLife(scenario: Scenario): Promise<Lab> {
  const lab = await createLab({
    policy: await policyOf(scenario.settings ?? quick),
    agent: scenario.agent ?? ((world) => landsAtOnce(world.crew)),
    ...(scenario.repos ? { repos: scenario.repos } : {}),
  })
  if (scenario.begin) scenario.begin(lab)
  else openReady(lab)
  await lab.pass(120)
  return lab
}

/** Lives in process, a minute a round, up to right before the tick of `stop`, or to the end. */
export async function liveUntil(
  lab: Lab,
  scenario: Scenario,
  stop: Pick<Point, 'round' | 'program'> | null,
  ticked: (round: number, program: Program, writes: number) => void = () => {},
): Promise<void> {
  for (let round = 0; round < maxRounds; round += 1) {
    scenario.people?.(lab, round)
    for (const program of programs) {
      if (stop?.round === round && stop.program === program) return
      const { written } = await lab.tick(program)
      ticked(round, program, written.length)
    }
    await lab.pass(scenario.every ?? 60)
  }
}

/**
 * The rest of the life after the tick of `from`, in process, until its end is as `isDone` wants it. Answers the first round after
 * which it was, null for never.
 */
export async function liveOn(
  lab: Lab,
  scenario: Scenario,
  from: Pick<Point, 'round' | 'program'>,
  isDone: () => boolean,
): Promise<number | null> {
  let endedAfter: number | null = null
  if (from.program === 'poller') await lab.tick('watcher')
  await lab.pass(scenario.every ?? 60)
  for (let round = from.round + 1; round < from.round + 40; round += 1) {
    scenario.people?.(lab, round)
    for (const program of programs) await lab.tick(program)
    const done = isDone()
    if (done) endedAfter ??= round
    await lab.pass(scenario.every ?? 60)
    // People have done all that they do by then.
    if (done && round >= 6) break
  }
  return endedAfter
}
