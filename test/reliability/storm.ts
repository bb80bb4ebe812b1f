import { advance } from '../sandbox/t3/manual-clock.ts'
import type { Around } from './calls.ts'
import { endProblems } from './ends.ts'
import { lifeOf } from './life.ts'
import type { Scenario } from './scenarios.ts'
import { createScheduler, everyCall, randomOf, seededChoices, type Scheduler } from './schedule.ts'
import type { Programs } from './programs.ts'

const programs = ['poller', 'poller', 'watcher', 'watcher'] as const
const maxRounds = 60

/** A write that takes as long as some twenty others: what it rests on is then long out of date. Null: all take alike. */
const slowOnes = [null, 'editComment', null, 'removeLabel', 'editComment', 'startTurn'] as const
const slowSteps = 20

/**
 * A whole life in which every minute two pollers and two watchers run at once, without a lock, their steps mixed by a seed, each step
 * taking up to `stepMs`, and some writes much longer. Answers what was wrong at any time and at the end, and how often a card was
 * written over.
 */
export async function storm(
  scenario: Scenario,
  seed: number,
  changed?: Programs,
): Promise<{ readonly problems: readonly string[]; readonly lostUpdates: number }> {
  const random = randomOf(seed ^ 0x5eed)
  const choose = seededChoices(seed)
  const stepMs = [1, 50, 400, 2500][Math.floor(random() * 4)] ?? 1
  const slow = slowOnes[seed % slowOnes.length] ?? null
  const lab = await lifeOf(scenario, changed)
  for (let round = 0; round < maxRounds; round += 1) {
    const scheduler = createScheduler(choose, everyCall)
    const ticks = programs.map((program, index) => lab.tick(program, { around: late(scheduler, index, slow) }))
    const act = () => scenario.people?.(lab, round)
    const people = scheduler.point(programs.length).then(act)
    await scheduler.run([...ticks, people], async () => {
      await advance(lab.world.t3, lab.clock, 1 + Math.floor(random() * stepMs))
      if (scenario.atOnce) act()
    })
    await lab.pass(20 + Math.floor(random() * 40))
    if (endProblems(lab, scenario, true).length === 0) break
  }
  const problems = [...lab.monitor.broken, ...endProblems(lab, scenario, true)]
  return {
    problems: problems.map((what) => `${what} (steps of ${stepMs} ms${slow === null ? '' : `, slow: ${slow}`})`),
    lostUpdates: lab.monitor.lostUpdates.length,
  }
}

function late(scheduler: Scheduler, index: number, operation: string | null): Around {
  const around = scheduler.around(index)
  return async (call, proceed) => {
    for (let step = 0; call.operation === operation && step < slowSteps; step += 1) await scheduler.point(index)
    return around(call, proceed)
  }
}
