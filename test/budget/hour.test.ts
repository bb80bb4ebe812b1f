import { afterEach, describe, expect, it, vi } from 'vitest'
import { createStage, type Stage } from '../scenarios/stage.ts'
import { openReady, repoNames, spentBy } from './meter.ts'

/**
 * What an hour of both programs costs, sixty ticks each, against GitHub's 5,000 points.
 *
 * Quiet, 500 repos: the poller asks for two lists of 50 repos in a query of one point, 10 points; the watcher for one list of 100
 * repos, 5 points. 60 x (10 + 5) = 900 points, 18 %. Nobody asks who afk is: every answer tells.
 *
 * A backlog in 500 repos of which nothing may start: 40 % are 2,000 points, 33.3 a minute for both programs, of which discovery takes
 * 15; the rest is for texts. Twenty ready issues in a repo cost 0.41 points, so that 44 repos are read in a tick and all of them in 12.
 */

vi.setConfig({ testTimeout: 120_000 })
let stage: Stage
afterEach(() => stage.close())

const hourly = 5000
const repos = 500

describe('500 repos', () => {
  it('quiet: less than 25 % of the hourly limit', async () => {
    stage = await createStage({ repos: repoNames(repos) })
    const poller = await spentBy(stage, () => stage.poll())
    const watcher = await spentBy(stage, () => stage.watch())
    expect([poller, watcher]).toMatchObject([
      { code: 0, github: 10, points: 10, rest: {} },
      { code: 0, github: 5, points: 5, rest: {} },
    ])
    expect((60 * (poller.points + watcher.points)) / hourly).toBeLessThan(0.25)
  })

  it('with 20 blocked issues each: less than 40 %, and in turns every issue is decided with its text', async () => {
    stage = await createStage({ repos: repoNames(repos), settings: 'explainOnIssue: false\n' })
    for (const repo of repoNames(repos)) {
      const blocker = stage.world.people.open(repo, { title: 'First', body: '', author: 'ada' })
      for (let turn = 0; turn < 20; turn += 1) {
        stage.world.people.addBlocker(repo, openReady(stage, repo), { number: blocker.number }, 'mona')
      }
    }
    const watcher = await spentBy(stage, () => stage.watch())
    for (let minute = 0; minute < 12; minute += 1) {
      await stage.pass(60)
      const { code, points, writes } = await spentBy(stage, () => stage.poll())
      expect({ code, writes }).toEqual({ code: 0, writes: 0 })
      expect((60 * (points + watcher.points)) / hourly).toBeLessThanOrEqual(0.4)
    }
    const read = new Set<string>()
    const codes = new Set<string>()
    for (const [, issue = '', code = ''] of stage.story().matchAll(/(\S+#\d+) skip \(([a-z-]+)\)/g)) {
      codes.add(code)
      if (code === 'blocked') read.add(issue)
    }
    expect([...codes].toSorted()).toEqual(['blocked', 'not-evaluated'])
    expect(read.size).toBe(repos * 20)
  })
})
