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
const required = `repos: { ${repo}: { requiredChecks: [test] } }\n`
const approval = `approval: { before: [deploy], by: [mona, ${member}] }\n`

/** A push to the default branch has a job that waits for the environment's reviewers. */
const guarded =
  (reviewers: string[], testMs = 5000, deployAfterMs = 0) =>
  (world: World): void => {
    world.people.addEnvironment(repo, { name: 'production', reviewers })
    world.ci['deploys'] = {
      checks: [
        { name: 'test', durationMs: testMs },
        { name: 'deploy', delayMs: deployAfterMs, durationMs: 5000, environment: 'production' },
      ],
    }
  }

const pushes = (reviewers: string[], testMs?: number, deployAfterMs?: number) => (world: World) => {
  guarded(reviewers, testMs, deployAfterMs)(world)
  return onTask((task, turn) => workAndPush(world.crew, task, turn, { ci: 'deploys' }))
}

const rungFor = (stage: Stage, kind: string) => stage.bells.rung.filter((message) => message.kind === kind)
const waitingRuns = (stage: Stage) =>
  requireRepo(stage.world.github, repo).runs.filter(({ headSha }) => headSha === headOf(stage.world, repo))

const isDecision = ({ method, path }: { readonly method: string; readonly path: string }) =>
  method === 'POST' && path.endsWith('/pending_deployments')

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
    'd-early',
    'the deployment waits while the tests still run: nobody is asked, and a yes lets nothing go, before they are green',
    '16.2',
    { settings: `${pushing}${approval}`, agent: pushes(['afk'], 300_000) },
    async (stage) => {
      const number = await worked(stage)
      await watching(stage, 2)
      expect(rungFor(stage, 'approval')).toEqual([])
      says(stage, number, 'mona', `/afk approve ${headOf(stage.world, repo)}`)
      await watching(stage, 2)
      expect(waitingRuns(stage).flatMap(({ approvals }) => approvals)).toEqual([])
      await stage.pass(300)
      await untilOver(stage, number)
      expectLanded(stage, number)
      expect(rungFor(stage, 'approval')).toHaveLength(1)
      expect(waitingRuns(stage).flatMap(({ approvals }) => approvals)).toHaveLength(1)
    },
  )

  history(
    'd-not-required',
    'the deployment is none of the required checks, and the yes is still asked for before it counts as landed',
    '16.2, 7.2',
    { settings: `${pushing}${approval}${required}`, agent: pushes(['afk']) },
    async (stage) => {
      const number = await pushed(stage)
      await watching(stage, 2)
      expect(outcomeOf(stage, number)).toBe('none')
      reacts(stage, 'approval', member, 'white_check_mark')
      await untilOver(stage, number)
      expectLanded(stage, number)
      expect(waitingRuns(stage).flatMap(({ approvals }) => approvals)).toHaveLength(1)
    },
  )

  history(
    'd-late',
    'the deployment begins a moment after the checks are green: the yes is not missed',
    '16.2',
    {
      settings: `agentLogins: [afk-agent]\nciSettleSeconds: 60\n${approval}${required}`,
      agent: pushes(['afk'], 5000, 90_000),
    },
    async (stage) => {
      const number = await worked(stage)
      await watching(stage, 3, 30)
      expect(outcomeOf(stage, number)).toBe('none')
      expect(rungFor(stage, 'approval')).toHaveLength(1)
    },
  )

  history(
    'd-no-right',
    'the token may not allow it: a person is told to, on GitHub, and a yes to afk is not called a deployment',
    '16.2',
    { settings: `${pushing}${approval}`, agent: pushes(['ada']) },
    async (stage) => {
      const number = await pushed(stage)
      const place = `/${repo}/actions/runs/${String(waitingRuns(stage)[0]?.id)})`
      expect(notesOn(stage, number)).toMatchObject([expect.stringContaining(place)])
      expect(textOfCard(stage, number)).toContain('**Waits for a person on GitHub:**')
      expect(textOfCard(stage, number)).toContain(place)
      says(stage, number, 'mona', `/afk approve ${headOf(stage.world, repo)}`)
      // Longer than checks may take: the time is people's.
      await watching(stage, 4, 400)
      expect(outcomeOf(stage, number)).toBe('none')
      expect(textOfCard(stage, number)).toContain('Not released yet: a yes to deploy')
      expect(textOfCard(stage, number)).not.toContain('Approved to deploy')
      stage.tell('ada allows it in GitHub')
      for (const { id } of waitingRuns(stage))
        stage.world.people.answerDeployment(repo, id, 'ada', { environment: 'production', state: 'approved' })
      await untilOver(stage, number)
      expectLanded(stage, number)
      expect(textOfCard(stage, number)).toContain('Approved to deploy')
      expect(textOfCard(stage, number)).not.toContain('Waits for a person on GitHub')
    },
  )

  history(
    'd-no-right-ends',
    'the token may not allow it, and nobody else does: frozen, and said why',
    '16.2',
    { settings: `${pushing}${approval}ciMaxSeconds: 600\nmergeMaxSeconds: 900\n`, agent: pushes(['ada']) },
    async (stage) => {
      const number = await pushed(stage)
      says(stage, number, 'mona', `/afk approve ${headOf(stage.world, repo)}`)
      await watching(stage, 2, 400)
      expect(outcomeOf(stage, number)).toBe('none')
      await watching(stage, 2, 400)
      expect(outcomeOf(stage, number)).toBe('frozen (unapproved)')
      expect(textOfCard(stage, number)).toContain('afk: frozen, nobody released its deployment')
      expect(textOfCard(stage, number)).toContain('**Not deployed:**')
      expect(textOfCard(stage, number)).not.toContain('Approved to deploy')
    },
  )

  history(
    'd-refused',
    'GitHub says that afk may, and refuses it: a person is told to, once',
    '16.2',
    { settings: `${pushing}${approval}`, agent: pushes(['afk', 'ada']) },
    async (stage) => {
      const number = await pushed(stage)
      reacts(stage, 'approval', member, 'white_check_mark')
      stage.github.faults.add({ match: isDecision, kind: '403', times: 9 })
      await watching(stage, 4)
      expect(rungFor(stage, 'approval')).toHaveLength(2)
      expect(stage.github.requests.filter(isDecision)).toHaveLength(1)
      expect(outcomeOf(stage, number)).toBe('none')
      expect(textOfCard(stage, number)).not.toContain('Approved to deploy')
      stage.tell('ada allows it in GitHub')
      for (const { id } of waitingRuns(stage))
        stage.world.people.answerDeployment(repo, id, 'ada', { environment: 'production', state: 'approved' })
      await untilOver(stage, number)
      expectLanded(stage, number)
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
