import { afterEach, describe, expect, it, vi } from 'vitest'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import { worksAndReviews } from '../sandbox/t3/pull-work.ts'
import { hang, say } from '../sandbox/t3/steps.ts'
import { createStage, type Stage } from '../scenarios/stage.ts'
import type { World } from '../sandbox/world.ts'
import { openReady, repoNames, spentBy, type Spent } from './meter.ts'

/**
 * Pull requests, reviews and reactions are looked at only for runs that are in those states: one view each, of one point, and one list,
 * which tells whether there is a second one; never one for each review, thread or comment.
 */

vi.setConfig({ testTimeout: 120_000 })
let stage: Stage
afterEach(() => stage.close())

const runs = 8
const landing = 'agentLogins: [afk-agent]\nlanding: pull-request\nreview: { rounds: 0 }\n'
const limits = 'ciSettleSeconds: 0\nmaxDispatchPerTick: 500\nmaxConcurrentRuns: 500\nmaxRunsPerDay: 500\n'

const opens = ({ crew }: World): Agent => worksAndReviews(crew, { rounds: [] }, () => ({ ci: 'green' }))
const waitsForCi = ({ crew }: World): Agent => worksAndReviews(crew, { rounds: [] }, () => ({ ci: 'neverConcludes' }))
const works = (): Agent => ({ turn: () => [say('AFK-PHASE: worktree'), hang()] })

/** Runs in flight, one a repo, until the cards say what is so. */
async function inFlight(agent: (world: World) => Agent, settings: string, before: (repo: string) => void = () => {}) {
  stage = await createStage({ repos: repoNames(runs), agent, settings: `${limits}${settings}` })
  for (const repo of repoNames(runs)) {
    before(repo)
    openReady(stage, repo)
  }
  await stage.pass(120)
  expect(await stage.poll()).toBe(0)
  await settleDown()
}

/** Until nothing is written any more. */
async function settleDown() {
  for (let minute = 0; minute < 10; minute += 1) {
    await stage.pass(60)
    const { code, writes } = await spentBy(stage, () => stage.watch())
    expect(code).toBe(0)
    if (writes === 0 && minute > 2) return
  }
  throw new Error('the runs did not come to rest')
}

async function quiet(): Promise<Spent> {
  await stage.pass(60)
  const spent = await spentBy(stage, () => stage.watch())
  expect(spent).toMatchObject({ code: 0, writes: 0, shells: 1, commands: 0 })
  return spent
}

const openPulls = () =>
  repoNames(runs).filter((repo) =>
    requireRepo(stage.world.github, repo).issues.some(({ pull, state }) => pull !== null && state === 'open'),
  ).length

const waits: readonly [string, string, (repo: string) => void][] = [
  ['a person to merge', 'merge: human\n', () => {}],
  ['a review', '', (repo) => void stage.world.people.protect(repo, { requiredApprovals: 1 })],
  ['an approval on GitHub', 'approval: { before: [merge], by: [mona] }\n', () => {}],
]

describe('a quiet tick of the watcher with runs that land by pull request', () => {
  it('that are at work: nothing more than in push mode', async () => {
    await inFlight(works, 'agentLogins: [afk-agent]\n')
    const pushing = await quiet()
    await stage.close()
    await inFlight(works, landing)
    expect(await quiet()).toEqual(pushing)
  })

  it.each(waits)('that wait for %s: one look each', async (_, settings, before) => {
    await inFlight(opens, `${landing}${settings}`, before)
    expect(openPulls()).toBe(runs)
    for (const repo of repoNames(runs)) chatter(repo)
    await settleDown()
    expectOneLookEach(await quiet())
    // Once the agents have been at rest for a while, a second pull request is looked for in every tenth minute.
    await stage.pass(20 * 60)
    const { 'pulls/list': lists = 0 } = (await quiet()).rest
    expect(lists).toBeLessThanOrEqual(runs / 2)
  })

  it('that wait for CI: one look each', async () => {
    await inFlight(waitsForCi, landing)
    expect(openPulls()).toBe(runs)
    expectOneLookEach(await quiet())
  })
})

/** Besides the looks: the tick's own three requests, and those for what CI says of the heads. */
function expectOneLookEach(spent: Spent): void {
  const { 'pulls/list': lists = 0, 'repos/get-collaborator-permission-level': strangers = 0, ...others } = spent.rest
  expect(others).toEqual({})
  expect(viewed()).toBe(runs)
  expect(lists).toBeLessThanOrEqual(runs)
  expect(strangers).toBeLessThanOrEqual(runs)
  expect(spent.github - runs - lists - strangers).toBeLessThanOrEqual(3)
  expect(spent.points - runs).toBeLessThanOrEqual(4)
}

/** Somebody whose word counts for nothing talks on a pull request: whether that is so is asked once for each person with an open thread. */
function chatter(repo: string): void {
  const { people, github } = stage.world
  const found = requireRepo(github, repo).issues.find(({ pull }) => pull !== null)
  if (found === undefined) throw new Error(`no pull request in ${repo}`)
  for (let turn = 0; turn < 5; turn += 1) {
    people.comment(repo, found.number, 'what is this?', 'rea')
    people.reviewThread(repo, found.number, 'rea', { path: 'a.txt', body: 'why?' })
  }
}

/** Views of a pull request in the newest tick. */
function viewed(): number {
  const from = stage.github.requests.findLastIndex(({ text }) => text.includes('query Overview'))
  return stage.github.requests.slice(from).filter(({ text }) => text.includes('query View(')).length
}
