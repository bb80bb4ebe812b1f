import { afterEach, describe, expect, it, vi } from 'vitest'
import { requireIssue } from '../sandbox/github/state/issues.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { hang, say } from '../sandbox/t3/steps.ts'
import { createStage, type Stage } from '../scenarios/stage.ts'
import { openReady, pages, repoNames, spentBy } from './meter.ts'

/** What the poller asks: P(R) = ceil(R/50) to discover, and more only where something may start. */

vi.setConfig({ testTimeout: 120_000 })
let stage: Stage
afterEach(() => stage.close())

/** No cap is in the way; explanations on issues have turns of their own, of one look at most twenty issues more (`explain.ts`). */
const wide = 'maxDispatchPerTick: 500\nmaxConcurrentRuns: 500\nmaxRunsPerDay: 500\nexplainOnIssue: false\n'

const stageOf = async (repos: number, settings = wide) => {
  stage = await createStage({
    repos: repoNames(repos),
    agent: () => ({ turn: () => [say('AFK-PHASE: worktree'), hang()] }),
    settings,
  })
}
const polled = async (code = 0) => {
  await stage.pass(120)
  const spent = await spentBy(stage, () => stage.poll())
  expect(spent.code).toBe(code)
  return spent
}

describe('a quiet tick of the poller', () => {
  it.each([1, 50, 51, 120])('%i repos without a ready issue: P(R) requests and points', async (repos) => {
    await stageOf(repos)
    expect(await polled()).toMatchObject({
      github: pages(repos),
      points: pages(repos),
      writes: 0,
      shells: 1,
      details: 0,
      commands: 0,
    })
  })

  it('60 busy repos with more ready issues: the same', async () => {
    await stageOf(60)
    for (const repo of repoNames(60)) openReady(stage, repo)
    await polled()
    for (const repo of repoNames(60)) openReady(stage, repo)
    expect(await polled()).toMatchObject({ github: 2, points: 2, writes: 0, shells: 1, details: 0 })
  })

  it('free repos with ready issues while no capacity is left: the same', async () => {
    await stageOf(60, 'maxConcurrentRuns: 1\n')
    for (const repo of repoNames(60)) openReady(stage, repo)
    await polled()
    expect(await polled()).toMatchObject({ github: 2, points: 2, writes: 0, shells: 1, details: 0 })
  })
})

describe('B free repos with ready issues of which none may start', () => {
  /** Requests and points beyond those of discovery. */
  const more = async (repos: number) => {
    const { github, points, rest } = await polled()
    expect(rest).not.toHaveProperty('issues/create-comment')
    return { requests: github - pages(repos), points: points - pages(repos), rest }
  }

  it.each([
    [1, 1, 1, 1],
    [20, 1, 1, 1],
    [60, 1, 3, 3],
    [40, 8, 2, 16],
    [20, 20, 1, 8],
    [20, 40, 1, 8],
  ])(
    '%i repos, %i issues each, blocked by dependencies: %i requests, %i points',
    async (repos, issues, requests, points) => {
      await stageOf(repos)
      for (const repo of repoNames(repos)) {
        const blocker = stage.world.people.open(repo, { title: 'First', body: '', author: 'ada' })
        for (let turn = 0; turn < issues; turn += 1) {
          stage.world.people.addBlocker(repo, openReady(stage, repo), { number: blocker.number }, 'mona')
        }
      }
      const found = await more(repos)
      expect(found).toEqual({ requests, points, rest: {} })
      expect(requests).toBeLessThanOrEqual(Math.ceil(repos / 20))
      expect(points).toBeLessThanOrEqual(Math.max(1, 0.6 * repos))
    },
  )

  it.each([
    [20, 1],
    [20, 20],
  ])('%i repos, %i issues each, blocked by their texts: one query more for all blockers', async (repos, issues) => {
    await stageOf(repos)
    for (const repo of repoNames(repos)) {
      const { number } = stage.world.people.open(repo, { title: 'First', body: '', author: 'ada' })
      for (let turn = 0; turn < issues; turn += 1) openReady(stage, repo, { body: `Blocked by #${number}` })
    }
    const { requests, rest } = await more(repos)
    expect({ requests, rest }).toEqual({ requests: Math.ceil(repos / 20) + 1, rest: {} })
  })

  it('20 repos whose issues wait for each other: no query more, because a ready issue is known to be open', async () => {
    await stageOf(20)
    for (const repo of repoNames(20)) {
      const first = openReady(stage, repo, { body: 'Blocked by #2' })
      openReady(stage, repo, { body: `Blocked by #${first}` })
    }
    expect(await more(20)).toMatchObject({ requests: 1, rest: {} })
  })

  it.each([
    [20, 1, 21],
    [20, 8, 21],
    [20, 20, 22],
  ])(
    '%i repos, %i issues each, labelled by one who may not: %i requests, a lookup for each labeller',
    async (repos, issues, requests) => {
      await stageOf(repos)
      for (const repo of repoNames(repos))
        for (let turn = 0; turn < issues; turn += 1) openReady(stage, repo, { by: 'tri' })
      const found = await more(repos)
      // What a person may do is a question of one repo.
      expect(found.rest).toEqual({ 'repos/get-collaborator-permission-level': repos })
      expect(found.requests).toBe(requests)
      expect(found.points).toBeLessThanOrEqual(0.6 * repos)
    },
  )
})

describe('a repo with more ready issues than fit on a page', () => {
  it('is read to its end: 230 issues, the last of which may start', async () => {
    await stageOf(1)
    const repo = repoNames(1)[0] ?? ''
    const blocker = stage.world.people.open(repo, { title: 'First', body: '', author: 'ada' })
    for (let turn = 0; turn < 229; turn += 1) {
      stage.world.people.addBlocker(repo, openReady(stage, repo), { number: blocker.number }, 'mona')
    }
    const last = openReady(stage, repo)
    await polled()
    expect(stage.labels(repo, last)).toContain('agent-in-progress')
  })
})

describe('a tick that dispatches', () => {
  it.each([
    [1, 1],
    [3, 3],
    [40, 3],
    [40, 10],
  ])('%i free repos, %i dispatches: at most ceil(B/20) + 8 x D more', async (repos, dispatches) => {
    await stageOf(repos, `maxDispatchPerTick: ${dispatches}\nmaxConcurrentRuns: 500\n`)
    for (const repo of repoNames(repos)) openReady(stage, repo)
    const { github, rest } = await polled()
    const started = repoNames(repos).filter((repo) =>
      requireIssue(requireRepo(stage.world.github, repo), 1).labels.some(({ name }) => name === 'agent-in-progress'),
    )
    expect(started).toHaveLength(dispatches)
    const most = Math.ceil(repos / 20) + 8 * dispatches
    expect(github - pages(repos), JSON.stringify(rest)).toBeLessThanOrEqual(most)
  })
})
