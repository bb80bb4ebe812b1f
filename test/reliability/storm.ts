import { landsAtOnce } from '../sandbox/t3/agents.ts'
import { advance } from '../sandbox/t3/manual-clock.ts'
import { endProblems } from './ends.ts'
import { createLab } from './lab.ts'
import { policyOf, quick } from './policy.ts'
import { openReady, type Scenario } from './scenarios.ts'
import { createScheduler, everyCall, randomOf, seededChoices } from './schedule.ts'
import type { Programs } from './programs.ts'

const programs = ['poller', 'poller', 'watcher', 'watcher'] as const
const maxRounds = 60

/**
 * A whole life in which every minute two pollers and two watchers run at once, without a lock, their steps mixed by a seed, each step
 * taking up to `stepMs`. Answers what was wrong at any time and at the end, and
 * how often a card was written over.
 */
export async function storm(
  scenario: Scenario,
  seed: number,
  changed?: Programs,
): Promise<{ readonly problems: readonly string[]; readonly lostUpdates: number }> {
  const random = randomOf(seed ^ 0x5eed)
  const choose = seededChoices(seed)
  const stepMs = [1, 50, 400, 2500][Math.floor(random() * 4)] ?? 1
  const lab = await createLab({
    policy: await policyOf(scenario.settings ?? quick),
    agent: scenario.agent ?? ((world) => landsAtOnce(world.crew)),
    ...(scenario.repos ? { repos: scenario.repos } : {}),
    ...(changed ? { programs: changed } : {}),
  })
  if (scenario.begin) scenario.begin(lab)
  else openReady(lab)
  await lab.pass(120)
  for (let round = 0; round < maxRounds; round += 1) {
    const scheduler = createScheduler(choose, everyCall)
    const ticks = programs.map((program, index) => lab.tick(program, { around: scheduler.around(index) }))
    const people = scheduler.point(programs.length).then(() => scenario.people?.(lab, round))
    await scheduler.run([...ticks, people], () => advance(lab.world.t3, lab.clock, 1 + Math.floor(random() * stepMs)))
    await lab.pass(20 + Math.floor(random() * 40))
    if (endProblems(lab, scenario, true).length === 0) break
  }
  const problems = [...lab.monitor.broken, ...endProblems(lab, scenario, true)]
  return {
    problems: problems.map((what) => `${what} (steps of ${stepMs} ms)`),
    lostUpdates: lab.monitor.lostUpdates.length,
  }
}
