import { endProblems } from '../ends.ts'
import type { Lab } from '../lab.ts'
import { peopleScenarios } from '../people-scenarios.ts'
import { quick } from '../policy.ts'
import { scenarios, type Scenario } from '../scenarios.ts'
import type { Seen } from './arrivals.ts'
import { createLife, liveOn, liveUntil, type Point } from './points.ts'
import { startServers, type ProcessOptions, type Servers, type Ticked } from './servers.ts'

/** One tick of one life, in the middle of which something happens. */
export interface Moment extends Pick<Point, 'round' | 'program'> {
  readonly scenario: Scenario
}

/** Dispatches in two repos, a fix turn, an answer that is passed on, and CI run again: the ticks that begin or continue agent work. */
export const workMoments: readonly Moment[] = [
  momentOf('dispatch', 0, 'poller'),
  momentOf('fix-forward', 1, 'watcher'),
  momentOf('question-answered', 2, 'watcher'),
  momentOf('rerun', 1, 'watcher'),
]

export function momentOf(name: string, round: number, program: Moment['program']): Moment {
  const scenario = [...scenarios, ...peopleScenarios].find((one) => one.name === name)
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`)
  return { scenario, round, program }
}

/** What starts or continues agent work (SPEC 3.5), by the names of writes. */
function isWork(write: string | null): boolean {
  return write !== null && agentWork.includes(write.replace(/ .*/, ''))
}

const agentWork = ['executor.createProject', 'executor.createThread', 'executor.startTurn', 'ci.rerun']

/** The requests of the tick when nothing happens: for each the write that it is, null for a read. */
export async function countRequests(moment: Moment): Promise<readonly Seen['write'][]> {
  const { writes, problems } = await tickAt(moment, () => ({}))
  if (problems.length > 0) throw new Error(`undisturbed, ${moment.scenario.name} fails: ${problems.join('; ')}`)
  return writes
}

export interface Disturbed {
  readonly exit: Ticked
  /** Of each request, as {@link countRequests} has it. */
  readonly writes: readonly Seen['write'][]
  /** Also those of the rest of the life, up to its end. */
  readonly problems: readonly string[]
}

/** One real tick at this moment, then the rest of the life in process. Without `isCompared` it may come to another end than the scenario's. */
export async function tickAt(
  { scenario, ...point }: Moment,
  options: (servers: Servers, lab: Lab) => ProcessOptions,
  isCompared = true,
): Promise<Disturbed> {
  const lab = await createLife(scenario)
  await liveUntil(lab, scenario, point)
  const servers = await startServers(lab, scenario.settings ?? quick)
  const { atRequest, ...more } = options(servers, lab)
  const writes: Seen['write'][] = []
  const exit = await servers.tick(point.program, {
    ...more,
    atRequest: (kill, seen) => {
      writes.push(seen.write)
      return atRequest?.(kill, seen) ?? 'serve'
    },
  })
  const problems = [...(await servers.close())]
  const summary = exit.lines.at(-1)
  if (exit.signal !== null || exit.code !== 0 || summary?.event !== 'summary' || exit.stderr !== '')
    problems.push(`ended by ${exit.signal}, exit ${exit.code}: ${JSON.stringify(exit.lines.slice(-3))} ${exit.stderr}`)
  const judge = () => (isCompared ? endProblems(lab, scenario, false) : [])
  await liveOn(lab, scenario, point, () => judge().length === 0)
  return { exit, writes, problems: [...problems, ...lab.monitor.broken, ...lab.monitor.lostUpdates, ...judge()] }
}

/** After which requests work begins: what happens at one of them must keep it from beginning. */
export function beforeWork(requests: Disturbed['writes']): readonly number[] {
  return beginnings(requests).filter((at) => at > 0)
}

/** Work that began after this request, or that should have begun before it: `undisturbed` are the requests of the same tick. */
export function workProblems(
  at: number,
  undisturbed: Disturbed['writes'],
  writes: Disturbed['writes'],
): readonly string[] {
  if (writes.length < at) return [`it made ${writes.length} requests, and nothing happened`]
  const late = beginnings(writes).filter((begun) => begun >= at)
  const before = beginnings(writes).length - late.length
  const usual = beginnings(undisturbed).filter((begun) => begun < at).length
  return [
    ...late.map((begun) => `work began with request ${begun + 1}: ${writes.slice(begun, begun + 2).join(', ')}`),
    ...(before === usual ? [] : [`${before} beginnings of work before it, usually ${usual}`]),
  ]
}

/** How many requests were made when each work began. */
function beginnings(requests: Disturbed['writes']): readonly number[] {
  return requests.flatMap((write, index) => {
    if (!isWork(write)) return []
    // What GitHub says of a workflow run is looked at by the same effect, and the gates stand before the effect.
    return [write?.startsWith('ci.rerun') ? index - 1 : index]
  })
}
