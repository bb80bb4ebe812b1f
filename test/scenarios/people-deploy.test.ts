import { describe, expect } from 'vitest'
import { workAndPush, onTask } from '../sandbox/t3/work.ts'
import type { World } from '../sandbox/world.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { headOf } from '../sandbox/world.ts'
import { crewOf, merges, notesOn, opened, outcomeOf, pullOf, unreviewed, untilOver, watching } from './landing-stage.ts'
import { approvalsOf, pushing, reacts, receiptsOn, says, textOfCard, worked } from './people-stage.ts'
import { expectLanded, history, repo } from './scenario.ts'
import type { Stage } from './stage.ts'

/** SPEC 16.2: a deployment that GitHub holds back until somebody allows it. */

const member = 'U012ABCDEF'
const approval = `approval: { before: [deploy], by: [mona, ${member}] }\n`

/** A push to the default branch has a job that waits for the environment's reviewers. */
const guarded =
  (reviewers: string[]) =>
  (world: World): void => {
    world.people.addEnvironment(repo, { name: 'production', reviewers })
    world.ci['deploys'] = {
      checks: [
        { name: 'test', durationMs: 5000 },
        { name: 'deploy', durationMs: 5000, environment: 'production' },
      ],
    }
  }

const pushes = (reviewers: string[]) => (world: World) => {
  guarded(reviewers)(world)
  return onTask((task, turn) => workAndPush(world.crew, task, turn, { ci: 'deploys' }))
}

const rungFor = (stage: Stage, kind: string) => stage.bells.rung.filter((message) => message.kind === kind)
const waitingRuns = (stage: Stage) =>
  requireRepo(stage.world.github, repo).runs.filter(({ headSha }) => headSha === headOf(stage.world, repo))

/** Pushed, and its deployment waits. */
async function pushed(stage: Stage): Promise<number> {
  const number = await worked(stage)
  await watching(stage, 2)
  expect(rungFor(stage, 'approval')).toHaveLength(1)
  return number
}

describe('asked for a yes to deploy', () => {
  history(
    'd-allowed',
    'a push, allowed by a reaction: afk allows the deployment, and it lands',
    '16.2',
    { settings: `${pushing}${approval}ciMaxSeconds: 600\n`, agent: pushes(['ada', 'afk']) },
    async (stage) => {
      const number = await pushed(stage)
      expect(notesOn(stage, number)).toMatchObject([expect.stringContaining('asks for a yes to deploy')])
      // Longer than checks may take: people are asked, and the time is theirs.
      await watching(stage, 4, 400)
      expect(outcomeOf(stage, number)).toBe('none')
      reacts(stage, 'approval', member, 'white_check_mark')
      await untilOver(stage, number)
      expectLanded(stage, number)
      expect(approvalsOf(stage, number)).toMatchObject([{ what: 'deploy', by: member, via: 'slack' }])
      expect(waitingRuns(stage).flatMap(({ approvals }) => approvals)).toMatchObject([
        { state: 'approved', user: 'afk', comment: `Approved by ${member}.` },
      ])
      expect(textOfCard(stage, number)).toContain('Approved to deploy')
    },
  )

  history(
    'd-pull',
    'after the merge of a pull request, by a comment on it',
    '16.2, 15.5',
    {
      settings: `${unreviewed}${approval}`,
      agent: (world) => {
        guarded(['afk'])(world)
        return crewOf()(world)
      },
    },
    async (stage) => {
      const number = await opened(stage)
      const plan = stage.world.ci['deploys']
      if (plan) stage.world.people.planMergeCi(repo, pullOf(stage).number, plan)
      await watching(stage, 4)
      expect(merges(stage)).toBe(1)
      expect(rungFor(stage, 'approval')).toHaveLength(1)
      const head = headOf(stage.world, repo)
      const stale = says(stage, pullOf(stage).number, 'mona', `/afk approve ${pullOf(stage).pull.headSha}`)
      await watching(stage, 2)
      expect(approvalsOf(stage, number)).toEqual([])
      const comment = says(stage, pullOf(stage).number, 'mona', `/afk approve ${head.slice(0, 12)}`)
      await untilOver(stage, number)
      expectLanded(stage, number)
      expect(receiptsOn(stage, comment)).toEqual(['afk +1'])
      expect(receiptsOn(stage, stale)).toEqual([])
    },
  )

  history(
    'd-no-right',
    'approved, and the token may not allow it: it waits for a person in GitHub',
    '16.2',
    { settings: `${pushing}${approval}`, agent: pushes(['ada']) },
    async (stage) => {
      const number = await pushed(stage)
      says(stage, number, 'mona', `/afk approve ${headOf(stage.world, repo)}`)
      await watching(stage, 4)
      expect(outcomeOf(stage, number)).toBe('none')
      stage.tell('ada allows it in GitHub')
      for (const { id } of waitingRuns(stage))
        stage.world.people.answerDeployment(repo, id, 'ada', { environment: 'production', state: 'approved' })
      await untilOver(stage, number)
      expectLanded(stage, number)
    },
  )

  history(
    'd-no-right-ends',
    'approved, the token may not, and nobody else does: the checks’ own limit ends it',
    '16.2, 6.4',
    { settings: `${pushing}${approval}ciMaxSeconds: 600\n`, agent: pushes(['ada']) },
    async (stage) => {
      const number = await pushed(stage)
      await watching(stage, 2, 600)
      says(stage, number, 'mona', `/afk approve ${headOf(stage.world, repo)}`)
      await watching(stage, 2, 400)
      expect(outcomeOf(stage, number)).toBe('none')
      await watching(stage, 2, 400)
      expect(outcomeOf(stage, number)).toBe('frozen (ci-timeout)')
    },
  )

  history(
    'd-by-hand',
    'allowed in GitHub itself: nothing more is asked, and the message says so',
    '16.2',
    { settings: `${pushing}${approval}`, agent: pushes(['ada']) },
    async (stage) => {
      const number = await pushed(stage)
      stage.tell('ada allows it in GitHub')
      for (const { id } of waitingRuns(stage))
        stage.world.people.answerDeployment(repo, id, 'ada', { environment: 'production', state: 'approved' })
      await untilOver(stage, number)
      expectLanded(stage, number)
      expect(approvalsOf(stage, number)).toEqual([])
      expect(stage.bells.updated).toHaveLength(1)
    },
  )

  history(
    'd-rejected',
    'rejected: frozen, and the deployment stays held back',
    '16.2',
    { settings: `${pushing}${approval}`, agent: pushes(['afk']) },
    async (stage) => {
      const number = await pushed(stage)
      says(stage, number, 'mona', '/afk reject')
      await untilOver(stage, number)
      expect(outcomeOf(stage, number)).toBe('frozen (rejected)')
      expect(waitingRuns(stage).flatMap(({ approvals }) => approvals)).toEqual([])
    },
  )

  for (const when of ['before', 'after'] as const) {
    history(
      `d-allow-${when}`,
      `died ${when} the deployment was allowed`,
      '16.2',
      { settings: `${pushing}${approval}`, agent: pushes(['afk']) },
      async (stage) => {
        const number = await pushed(stage)
        reacts(stage, 'approval', member, 'white_check_mark')
        await stage.watch()
        await stage.watch({ death: { at: 1, when } })
        expect(stage.story()).toContain('(dies)')
        await untilOver(stage, number)
        expectLanded(stage, number)
        expect(waitingRuns(stage).flatMap(({ approvals }) => approvals)).toHaveLength(1)
      },
    )
  }
})
