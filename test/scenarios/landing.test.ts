import { describe, expect } from 'vitest'
import { textOfCard } from './people-stage.ts'
import { expectLanded, expectOneRun, history, human, repo } from './scenario.ts'
import { threadsOf } from './stage.ts'
import {
  cardOf,
  crewOf,
  expectMerged,
  expectUnmerged,
  merges,
  nextOf,
  opened,
  outcomeOf,
  pullOf,
  pullsOf,
  settings,
  turnsAbout,
  unreviewed,
  untilOver,
  working,
} from './landing-stage.ts'

describe('landing by pull request', () => {
  history(
    'pr-a',
    'a pull request is reviewed, its findings are answered, it is merged and lands',
    '15',
    { settings, agent: crewOf(['issues']) },
    async (stage) => {
      const number = await opened(stage)
      await stage.run(20, 20)
      expectLanded(stage, number)
      const { pull } = pullOf(stage)
      expect(pull.mergedBy).toBe('afk')
      expect(threadsOf(stage.world)).toHaveLength(2)
      const [card] = stage.cards(repo, number)
      expect(card?.reviews).toMatchObject([{ round: 1, state: 'issues' }])
      expect(turnsAbout(stage, 'the sum forgets the coupon')).toHaveLength(1)
    },
  )

  history('pr-clean', 'a review that finds nothing', '15.4', { settings, agent: crewOf(['clean']) }, async (stage) => {
    const number = await opened(stage)
    await untilOver(stage, number)
    expectMerged(stage, number)
    expect(cardOf(stage, number)?.reviews).toMatchObject([{ round: 1, state: 'clean' }])
    expect(cardOf(stage, number)?.findings).toBeUndefined()
  })

  history(
    'pr-rounds-0',
    'no review is configured',
    '15.4',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number)
      expectMerged(stage, number)
      expectOneRun(stage)
    },
  )

  history(
    'pr-red',
    'red CI on the pull request, mended on the same branch',
    '15.3',
    { settings: unreviewed, agent: crewOf([], ['red', 'green']) },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(pullsOf(stage)).toHaveLength(1)
      expect(cardOf(stage, number)?.turns.filter(({ purpose }) => purpose.startsWith('fix:'))).toHaveLength(1)
      expect(turnsAbout(stage, `the branch \`${pullOf(stage).pull.headRef}\` of your open pull request`)).toHaveLength(
        1,
      )
    },
  )

  history(
    'pr-red-for-ever',
    'red CI on the pull request in every turn',
    '15.3',
    { settings: `${unreviewed}fixForward: { stagnationThreshold: 2 }\n`, agent: crewOf([], ['red', 'red', 'red']) },
    async (stage) => {
      const number = await opened(stage)
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('frozen (stagnant)')
      // Its work stands in the pull request: there is nothing to revert.
      const remedy = 'Fix the last failures on its branch by hand and merge the pull request, or close it.'
      expect(textOfCard(stage, number)).toContain(`**What to do:** ${remedy}`)
      expect(nextOf(stage)).toContain(remedy)
      expectUnmerged(stage)
      expect(stage.labels(repo, number)).toEqual([human])
    },
  )

  history(
    'pr-conflict',
    'in conflict with its base: the agent merges the base in, which is counted, and it lands',
    '15.3',
    { settings: unreviewed, agent: working(() => ({ ci: 'green', files: { 'src/a.ts': 'the work\n' } })) },
    async (stage) => {
      const number = await opened(stage)
      stage.tell('wendy changes the same file on main')
      stage.world.people.conflict(repo, pullOf(stage).number, 'wendy', 'src/a.ts', stage.world.ci['green'])
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(cardOf(stage, number)?.reds).toMatchObject([{ failing: ['conflict with main'] }])
      expect(cardOf(stage, number)?.turns.filter(({ purpose }) => purpose.startsWith('fix:'))).toHaveLength(1)
    },
  )

  history(
    'pr-behind',
    'behind its base where that has to be up to date: brought up to date, and it lands',
    '15.3',
    { settings: unreviewed, agent: crewOf() },
    async (stage) => {
      stage.world.people.protect(repo, { strict: true, requiredChecks: ['test'] })
      const number = await opened(stage)
      stage.tell('wendy pushes to main')
      stage.world.people.push(repo, { author: 'wendy', message: 'Other work', files: { 'b.txt': 'b' } })
      await untilOver(stage, number)
      expectMerged(stage, number)
      expect(cardOf(stage, number)?.reds).toMatchObject([{ failing: ['out of date with main'] }])
    },
  )

  history(
    'pr-red-after-merge',
    'red after the merge: mended on a branch and in a pull request of its own, reviewed again, and it lands',
    '15.3',
    { settings, agent: crewOf(['clean', 'clean']) },
    async (stage) => {
      const number = await opened(stage)
      const first = pullOf(stage).number
      stage.tell('CI of the merge commit will be red')
      stage.world.people.planMergeCi(repo, first, stage.world.ci['red'] ?? null)
      await untilOver(stage, number, 20)
      expectMerged(stage, number, 2)
      expect(pullsOf(stage).map(({ pull }) => pull.headRef)).toEqual([
        expect.stringMatching(/^afk\/1-.*[0-9a-f]{8}$/u),
        expect.stringMatching(/^afk\/1-.*[0-9a-f]{8}-fix-1$/u),
      ])
      const card = cardOf(stage, number)
      expect(card?.reviews?.map(({ round, pull, state }) => [round, pull, state])).toEqual([
        [1, first, 'clean'],
        [2, pullOf(stage).number, 'clean'],
      ])
      expect(threadsOf(stage.world)).toHaveLength(3)
    },
  )

  history(
    'pr-closes',
    'its commits and its pull request close the issue against the rules: opened again for the correction',
    '6.3',
    {
      settings: unreviewed,
      agent: working(({ turnNumber }) => ({ ci: 'green', ...(turnNumber === 1 ? { keyword: 'Closes' } : {}) })),
    },
    async (stage) => {
      const number = await opened(stage)
      const pull = pullOf(stage)
      stage.world.people.edit(repo, pull.number, { body: `What was asked for.\n\nCloses #${number}` }, 'afk-agent')
      stage.world.people.planMergeCi(repo, pull.number, stage.world.ci['red'] ?? null)
      await untilOver(stage, number, 20)
      expectLanded(stage, number)
      expect(merges(stage)).toBe(2)
    },
  )
})
