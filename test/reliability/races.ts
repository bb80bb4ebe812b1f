import { landsAtOnce, neverFixes, pushesAfterNudge, pushesRedThenFixes, reportsBlocked } from '../sandbox/t3/agents.ts'
import type { Program } from '../../src/app/report.ts'
import { onTask, workAndPush } from '../sandbox/t3/work.ts'
import { pullsOf } from '../sandbox/github/state/pulls.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { advance } from '../sandbox/t3/manual-clock.ts'
import { createLab, shop, type Lab } from './lab.ts'
import { endProblems } from './ends.ts'
import { approving } from './people-scenarios.ts'
import { policyOf, quick } from './policy.ts'
import type { Programs } from './programs.ts'
import { askedOnly, openReady, type Scenario } from './scenarios.ts'
import { createScheduler, type Choose } from './schedule.ts'
import type { Call } from './calls.ts'
import { isBusy, ready, threadsIn } from './seen.ts'

/** Processes that run at once, without any lock, from one moment of a scenario. */
export interface Race {
  readonly name: string
  readonly scenario: Scenario
  /** Brings the world to the moment. */
  readonly before?: (lab: Lab) => Promise<void>
  readonly processes: readonly Program[]
  /** What people do meanwhile, each at one point of its own. */
  readonly people?: readonly ((lab: Lab) => void)[]
  /** Milliseconds that every step takes: one at least, as T3 stamps threads by the millisecond and answers no request in less. */
  readonly stepMs: number
  /** So many agents at work at any time, in all repos. Default: one a repo. */
  readonly mostAtWork?: number
}

const work = async (lab: Lab, seconds = 60) => {
  await lab.tick('poller')
  await lab.pass(seconds)
}

const lands: Scenario = { name: 'lands', ends: ['landed (green)'], turns: 1, agent: (world) => landsAtOnce(world.crew) }
const two: Scenario = {
  ...lands,
  begin: (lab) => {
    openReady(lab, 'One')
    openReady(lab, 'Two')
  },
  ends: ['landed (green)', 'landed (green)'],
  turns: 2,
}
const threeRepos = [shop, 'acme/api', 'acme/web']
const relabel = (lab: Lab) => {
  lab.world.people.unlabel(shop, 1, ready, 'wendy')
  lab.clock.tick(1000)
  lab.world.people.label(shop, 1, ready, 'mona')
}

export const races: readonly Race[] = [
  { name: 'two pollers, one issue', scenario: lands, processes: ['poller', 'poller'], stepMs: 1 },
  { name: 'two pollers, one issue, slow steps', scenario: lands, processes: ['poller', 'poller'], stepMs: 900 },
  {
    name: 'two pollers, an urgent issue appears between their reads',
    scenario: two,
    processes: ['poller', 'poller'],
    people: [urgent],
    stepMs: 1,
  },
  {
    name: 'two pollers, an urgent issue appears, slow steps',
    scenario: two,
    processes: ['poller', 'poller'],
    people: [urgent],
    stepMs: 900,
  },
  {
    name: 'two pollers, three repos, and room for one run',
    scenario: {
      ...lands,
      settings: `${quick}maxConcurrentRuns: 1\n`,
      repos: threeRepos,
      begin: (lab) => {
        for (const repo of threeRepos) openReady(lab, 'One', repo)
      },
      ends: threeRepos.map(() => 'landed (green)'),
      turns: 3,
    },
    processes: ['poller', 'poller'],
    stepMs: 1,
    // Each starts one at most: the cap is exceeded by one tick's worth (SPEC 5.2).
    mostAtWork: 2,
  },
  {
    name: 'two watchers land',
    scenario: lands,
    before: work,
    processes: ['watcher', 'watcher'],
    stepMs: 1,
  },
  {
    name: 'two watchers fix forward',
    scenario: { ...lands, agent: (world) => pushesRedThenFixes(world.crew), turns: 2 },
    before: work,
    processes: ['watcher', 'watcher'],
    stepMs: 900,
  },
  {
    name: 'two watchers nudge',
    scenario: { ...lands, agent: (world) => pushesAfterNudge(world.crew), turns: 2 },
    before: work,
    processes: ['watcher', 'watcher'],
    stepMs: 300,
  },
  {
    name: 'two watchers escalate',
    scenario: { ...lands, agent: (world) => reportsBlocked('no key', world.crew), ends: ['escalated (blocked)'] },
    before: work,
    processes: ['watcher', 'watcher'],
    stepMs: 1,
  },
  {
    name: 'two watchers freeze',
    scenario: {
      ...lands,
      agent: (world) => neverFixes(world.crew),
      settings: `${quick}fixForward: { maxAttempts: 0 }\n`,
      ends: ['frozen (budget)'],
    },
    before: work,
    processes: ['watcher', 'watcher'],
    stepMs: 1,
  },
  {
    name: 'two watchers run CI again',
    scenario: {
      ...lands,
      agent: (world) => onTask((task, turn) => workAndPush(world.crew, task, turn, { ci: 'infrastructure' })),
    },
    before: work,
    processes: ['watcher', 'watcher'],
    stepMs: 1,
  },
  {
    name: 'two watchers ask a question',
    scenario: askedOnly,
    before: work,
    processes: ['watcher', 'watcher'],
    stepMs: 300,
  },
  {
    name: 'two watchers answer a question',
    scenario: { ...askedOnly, ends: ['landed (green)'], turns: 2 },
    before: async (lab) => {
      await work(lab)
      await lab.tick('watcher')
      await lab.pass(5)
      lab.world.people.comment(shop, 1, 'Blue', 'mona')
    },
    processes: ['watcher', 'watcher'],
    stepMs: 300,
  },
  {
    name: 'two watchers merge',
    scenario: approving,
    before: async (lab) => {
      await approvable(lab)
      await lab.tick('watcher')
    },
    processes: ['watcher', 'watcher'],
    stepMs: 300,
  },
  {
    name: 'two watchers see a yes, and somebody takes it back',
    scenario: { ...approving, ends: ['frozen (rejected)'] },
    before: async (lab) => {
      await approvable(lab)
      lab.world.people.comment(shop, 1, '/afk reject', 'mona')
    },
    processes: ['watcher', 'watcher'],
    stepMs: 1,
  },
  {
    name: 'a poller dispatches while a watcher looks',
    scenario: lands,
    processes: ['poller', 'watcher'],
    stepMs: 900,
  },
  {
    name: 'a watcher lands while a poller wants the next issue',
    scenario: two,
    before: work,
    processes: ['watcher', 'poller'],
    stepMs: 1,
  },
  {
    name: 'a watcher cancels an old epoch while a poller sees the new one',
    scenario: { ...lands, ends: ['cancelled (epoch-changed)', 'landed (green)'], turns: 2 },
    before: async (lab) => {
      await work(lab, 2)
      relabel(lab)
      await lab.pass(1)
    },
    processes: ['watcher', 'poller'],
    stepMs: 900,
  },
]

/** Its pull request is green, a yes was asked for, and mona has given it. */
async function approvable(lab: Lab): Promise<void> {
  await work(lab)
  await lab.tick('watcher')
  await lab.pass(5)
  for (const { issue, pull } of pullsOf(requireRepo(lab.world.github, shop)))
    lab.world.people.comment(shop, issue.number, `/afk approve ${pull.headSha}`, 'mona')
}

function urgent(lab: Lab): void {
  lab.clock.tick(1000)
  openReady(lab, 'Urgent', shop, ['P0'])
  lab.clock.tick(100_000)
}

/** One race under one schedule, then ticks one after another until it has come to its end. Answers what was wrong. */
export async function runRace(
  race: Race,
  choose: Choose,
  isPoint: (call: Call) => boolean,
  programs?: Programs,
): Promise<readonly string[]> {
  const { scenario } = race
  const lab = await createLab({
    policy: await policyOf(scenario.settings ?? quick),
    ...(scenario.agent ? { agent: scenario.agent } : {}),
    ...(scenario.repos ? { repos: scenario.repos } : {}),
    ...(programs ? { programs } : {}),
  })
  // The urgent issue is opened by the race itself.
  if (race.people) openReady(lab, 'Not urgent')
  else if (scenario.begin) scenario.begin(lab)
  else openReady(lab)
  await lab.pass(120)
  await race.before?.(lab)
  const scheduler = createScheduler(choose, isPoint)
  const processes = race.processes.map((program, index) => lab.tick(program, { around: scheduler.around(index) }))
  const people = (race.people ?? []).map(async (act, index) => {
    await scheduler.point(race.processes.length + index)
    act(lab)
  })
  let mostAtWork = 0
  await scheduler.run([...processes, ...people], async () => {
    await advance(lab.world.t3, lab.clock, race.stepMs)
    if (race.mostAtWork !== undefined) mostAtWork = Math.max(mostAtWork, atWork(lab))
  })
  const isDone = () => endProblems(lab, scenario, true).length === 0
  await lab.run(12, 40, isDone)
  const cap = race.mostAtWork ?? Infinity
  const tooMany = mostAtWork > cap ? [`${mostAtWork} agents at work at once, at most ${cap} are possible`] : []
  return [...tooMany, ...lab.monitor.broken, ...endProblems(lab, scenario, true)]
}

function atWork({ world, repos, policy }: Lab): number {
  const now = world.t3.clock.now()
  const threads = repos.flatMap((repo) => threadsIn(world, repo).map((thread) => ({ thread, own: policy.repo(repo) })))
  return threads.filter(
    ({ thread, own }) =>
      thread.view.messages.length > 0 && isBusy(thread, now, own.stallSeconds, own.startGraceSeconds),
  ).length
}
