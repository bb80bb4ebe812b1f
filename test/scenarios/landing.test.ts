import { describe, expect } from 'vitest'
import { requirePull } from '../sandbox/github/state/pulls.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { worksAndReviews } from '../sandbox/t3/pull-work.ts'
import { expectLanded, history, labelled, repo } from './scenario.ts'
import { threadsOf, type Stage } from './stage.ts'

const settings = 'agentLogins: [afk-agent]\nciSettleSeconds: 0\nlanding: pull-request\n'

/** The one pull request of the repo, as it is now. */
function pullOf(stage: Stage) {
  const found = requireRepo(stage.world.github, repo)
  const number = [...found.issues.values()].findLast(({ isPullRequest }) => isPullRequest)?.number ?? 0
  return { number, ...requirePull(found, number) }
}

async function opened(stage: Stage): Promise<number> {
  const number = await labelled(stage)
  await stage.poll()
  await stage.pass(30)
  return number
}

describe('landing by pull request', () => {
  history(
    'pr-a',
    'a pull request is reviewed, its findings are answered, it is merged and lands',
    '15',
    { settings, agent: (world) => worksAndReviews(world.crew, { rounds: ['issues'] }) },
    async (stage) => {
      const number = await opened(stage)
      await stage.run(20, 20)
      process.stderr.write(stage.story())
      expectLanded(stage, number)
      const { pull } = pullOf(stage)
      expect(pull.mergedBy).toBe('afk')
      expect(threadsOf(stage.world)).toHaveLength(2)
      const [card] = stage.cards(repo, number)
      expect(card?.reviews).toMatchObject([{ round: 1, state: 'issues' }])
      expect(stage.turns().some(({ text }) => text.includes('the sum forgets the coupon'))).toBe(true)
    },
  )
})
