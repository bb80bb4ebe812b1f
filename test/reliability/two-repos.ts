import type { Program } from '../../src/app/report.ts'
import { PortError, type Category } from '../../src/ports/errors.ts'
import { pullsOf } from '../sandbox/github/state/pulls.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { pushesRedThenFixes } from '../sandbox/t3/agents.ts'
import { worksAndReviews } from '../sandbox/t3/pull-work.ts'
import { blamed, type Around, type Port } from './calls.ts'
import { concerns, isOf, serviceOf } from './concerns.ts'
import { endProblems } from './ends.ts'
import { createLab, type Lab } from './lab.ts'
import { policyOf, quick } from './policy.ts'
import { openReady, type Scenario } from './scenarios.ts'
import { cardsOn, issueAt, labelsOf, threadsIn } from './seen.ts'

/** The repo on which things fail is the first in every order, so that the other one comes after it. */
const ill = 'acme/api'
const well = 'acme/shop'

const landings = ['landed (green)', 'landed (green)']

/** Two repos that go through the same at the same time. */
export const pairs: readonly Scenario[] = [
  { name: 'by push', agent: ({ crew }) => pushesRedThenFixes(crew), ends: landings, turns: 4 },
  {
    name: 'by pull request',
    settings: `${quick}landing: pull-request\nreview: { rounds: 0 }\n`,
    agent: ({ crew }) => worksAndReviews(crew, { rounds: [] }),
    people: (lab) => {
      for (const repo of lab.repos) {
        const [first] = pullsOf(requireRepo(lab.world.github, repo))
        if (first !== undefined && first.pull.threads.length === 0)
          lab.world.people.reviewThread(repo, first.issue.number, 'wendy', { path: 'src/issue-1.txt', body: 'Why?' })
        // Asked to merge, because afk may not.
        const isAsked = lab.bells.rung.some((bell) => bell.kind === 'ready-to-merge' && bell.repo === repo)
        if (isAsked && first?.issue.state === 'open') lab.world.people.mergeByHand(repo, first.issue.number, 'mona')
      }
    },
    ends: landings,
    turns: 4,
  },
]

export interface Strike {
  readonly program: Program
  readonly port: Port
  readonly operation: string
  readonly category: Category
}

/** A tick of one program, and what became of it. */
interface Ticked {
  readonly program: Program
  readonly code: number
  /** What the ill repo was asked, as `port.operation`. */
  readonly asked: readonly string[]
  /** How the well one stood before and after it. */
  readonly before: string
  readonly after: string
}

export interface Pair {
  readonly ticks: readonly Ticked[]
  /** The tick in which the ill repo's call failed; -1 for none. */
  readonly at: number
  /** Calls that began after the first failure in that tick, of the struck port's service. */
  readonly later: readonly Later[]
  readonly problems: readonly string[]
}

export interface Later {
  readonly name: string
  readonly isWrite: boolean
  readonly isIll: boolean
}

/**
 * The life of both, in which in one tick every such call for the ill repo fails. What is refused to all alike (`auth`, `rate`) is
 * refused once, so that whoever asks again is seen.
 */
export async function livePair(scenario: Scenario, strike: Strike | null): Promise<Pair> {
  const lab = await createLab({
    policy: await policyOf(scenario.settings ?? quick),
    repos: [ill, well],
    ...(scenario.agent ? { agent: scenario.agent } : {}),
  })
  for (const repo of lab.repos) openReady(lab, 'A task', repo)
  await lab.pass(120)
  const ticks: Ticked[] = []
  const later: Later[] = []
  const owners = new Map<string, string>()
  let at = -1
  const around =
    (program: Program, asked: string[]): Around =>
    async (call, proceed) => {
      const isIll = concerns(call, ill, owners, lab.bells)
      const name = `${call.port}.${call.operation}`
      if (isIll) asked.push(name)
      if (strike === null) return proceed()
      const isHere = at === ticks.length
      if (isHere && serviceOf(call.port) === serviceOf(strike.port)) later.push({ name, isWrite: call.isWrite, isIll })
      const isMeant = program === strike.program && name === `${strike.port}.${strike.operation}` && isIll
      if (!isMeant || (at !== -1 && (!isHere || isWhole(strike.category)))) return proceed()
      at = ticks.length
      const error = new PortError(blamed(call.port), call.operation, strike.category, 'fails as told')
      if (!Array.isArray(call.args[0]) || isWhole(strike.category)) throw error
      const answer = (await proceed()) as readonly { readonly ref: unknown }[]
      return answer.map((each) => (isOf(each.ref, ill) ? { ref: each.ref, ok: false, error } : each))
    }
  for (let round = 0; round < 20; round += 1) {
    scenario.people?.(lab, round)
    for (const program of ['poller', 'watcher'] as const) {
      const asked: string[] = []
      const before = standing(lab)
      const { code } = await lab.tick(program, { around: around(program, asked) })
      ticks.push({ program, code, asked, before, after: standing(lab) })
    }
    await lab.pass(60)
    if (endProblems(lab, scenario, false).length === 0) break
  }
  return {
    ticks,
    at,
    later,
    problems: [...lab.monitor.broken, ...lab.monitor.lostUpdates, ...endProblems(lab, scenario, false)],
  }
}

/** Refused to whoever asks, for whatever (SPEC 10). */
export function isWhole(category: Category): boolean {
  return category === 'auth' || category === 'rate'
}

/** How far the well repo has come. */
function standing({ world, bells }: Lab): string {
  const { state, comments } = issueAt(world, well, 1)
  return JSON.stringify({
    state,
    labels: labelsOf(world, well, 1),
    cards: cardsOn(world, well, 1).map(({ outcome, turns, head, pull }) => [
      outcome?.kind,
      turns.length,
      head !== null,
      pull != null,
    ]),
    comments: comments.length,
    turns: threadsIn(world, well).map(({ turns }) => turns.length),
    bells: bells.rung.filter(({ repo }) => repo === well).map(({ kind }) => kind),
    merged: pullsOf(requireRepo(world.github, well)).map(({ pull }) => pull.mergedAt !== null),
  })
}
