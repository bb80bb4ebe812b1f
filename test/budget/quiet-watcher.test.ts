import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Agent } from '../sandbox/t3/agent.ts'
import { hang, say } from '../sandbox/t3/steps.ts'
import { onTask, workAndPush } from '../sandbox/t3/work.ts'
import { createStage, type Stage } from '../scenarios/stage.ts'
import type { World } from '../sandbox/world.ts'
import { openReady, repoNames, spentBy } from './meter.ts'

/** What the watcher asks while nothing happens: at most ceil(N/25) + ceil(R/100) + 1 requests of GitHub, and no write at all. */

vi.setConfig({ testTimeout: 120_000 })
let stage: Stage
afterEach(() => stage.close())

const bound = (runs: number, repos: number) => Math.ceil(runs / 25) + Math.ceil(repos / 100) + 1

/** So many runs in flight, one a repo, some minutes after their dispatch and after the watcher has taken in what happened. */
async function inFlight(runs: number, repos: number, agent: (world: World) => Agent, settings = '') {
  stage = await createStage({
    repos: repoNames(repos),
    agent,
    settings: `ciSettleSeconds: 0\nmaxDispatchPerTick: 500\nmaxConcurrentRuns: 500\nmaxRunsPerDay: 500\n${settings}`,
  })
  for (const repo of repoNames(runs)) openReady(stage, repo)
  await stage.pass(120)
  expect(await stage.poll()).toBe(0)
  await settleDown()
}

/** Until the cards say what is so: writes take a second each, so that many runs take more than a tick. */
async function settleDown() {
  for (let minute = 0; minute < 10; minute += 1) {
    await stage.pass(60)
    const { code, writes } = await spentBy(stage, () => stage.watch())
    expect(code).toBe(0)
    if (writes === 0 && minute > 1) return
  }
  throw new Error('the runs did not come to rest')
}

async function quiet(runs: number, repos: number) {
  await stage.pass(60)
  const spent = await spentBy(stage, () => stage.watch())
  expect(spent).toMatchObject({ code: 0, writes: 0, shells: 1, commands: 0 })
  expect(spent.details).toBeLessThanOrEqual(runs)
  expect(spent.github, JSON.stringify(spent)).toBeLessThanOrEqual(bound(runs, repos))
  return spent
}

const works = () => ({ turn: () => [say('AFK-PHASE: worktree'), hang()] })
/** Pushes a commit whose checks never end, and goes to rest. */
const waitsForCi = ({ crew }: World) => onTask((task, turn) => workAndPush(crew, task, turn, { ci: 'neverConcludes' }))
/** Breaks CI, and then works on the mending for ever. */
const mends = ({ crew }: World) =>
  onTask((task, turn) =>
    turn.turnNumber === 1 ? workAndPush(crew, task, turn, { ci: 'red' }) : [say('I look at it.'), hang()],
  )

describe('a quiet tick of the watcher', () => {
  it.each([
    [0, 1, 1, 1],
    [0, 120, 2, 2],
    [1, 1, 2, 2],
    [25, 100, 2, 3],
    [26, 101, 4, 5],
    [51, 51, 4, 6],
  ])('%i runs at work in %i repos: %i requests, %i points', async (runs, repos, requests, points) => {
    await inFlight(runs, repos, works)
    const spent = await quiet(runs, repos)
    expect({ requests: spent.github, points: spent.points }).toEqual({ requests, points })
  })

  it.each([
    ['with the agents named', 'agentLogins: [afk-agent]\n'],
    ['with everybody believed whose permission is trusted', ''],
  ])('26 runs that wait for CI, %s: what is believed is not asked about again', async (_, settings) => {
    await inFlight(26, 26, waitsForCi, settings)
    expect(await quiet(26, 26)).toMatchObject({ github: 3, points: 4, rest: {} })
  })

  it('26 runs that wait for CI under later commits of other people', async () => {
    await inFlight(26, 26, waitsForCi)
    for (const repo of repoNames(26)) {
      const plan = stage.world.ci['green'] ?? null
      stage.world.people.push(repo, { author: 'ada', message: 'Something else', files: { 'a.txt': 'a' }, ci: plan })
    }
    await settleDown()
    // Their parents and checks come in one query more: 52 commits of three connections.
    expect(await quiet(26, 26)).toMatchObject({ github: 4, points: 6, rest: {} })
  })

  it('26 red runs whose agents mend', async () => {
    await inFlight(26, 26, mends)
    expect(await quiet(26, 26)).toMatchObject({ github: 3, points: 4, rest: {} })
  })
})
