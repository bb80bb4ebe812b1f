import type { Agent } from '../sandbox/t3/agent.ts'
import { pullsOf } from '../sandbox/github/state/pulls.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { worksAndReviews } from '../sandbox/t3/pull-work.ts'
import { onTask, workAndPush } from '../sandbox/t3/work.ts'
import type { World } from '../sandbox/world.ts'
import type { Lab } from './lab.ts'
import { quick } from './policy.ts'
import { askedOnly, type Scenario } from './scenarios.ts'
import { issueAt, threadsIn } from './seen.ts'

/** Lives in which people are asked, and say something (SPEC 16). */

const shop = 'acme/shop'
const member = 'U012ABCDEF'
const pulls = `${quick}landing: pull-request\nreview: { rounds: 0 }\n`

/** The pull request is open and green, and somebody has to say yes. */
export const approving: Scenario = {
  name: 'approval',
  settings: `${pulls}approval: { before: [merge], by: [mona, ${member}] }\n`,
  agent: (world) => worksAndReviews(world.crew, { rounds: [] }),
  ends: ['landed (green)'],
  turns: 1,
}

export const peopleScenarios: readonly Scenario[] = [
  askedOnly,
  {
    ...approving,
    name: 'approval-by-comment',
    people: (lab, round) => {
      const [open] = openPulls(lab)
      if (open === undefined) return
      const { number, head } = open
      wrongPeople(lab, number, head)
      const isAsked = issueAt(lab.world, shop, number).comments.some(({ body }) => body.includes('asks for a yes'))
      if (isAsked && round >= 6) once(lab, number, `/afk approve ${head.slice(0, 9)}`, 'mona')
    },
  },
  {
    ...approving,
    name: 'approval-by-reaction',
    people: (lab, round) => {
      const [open] = openPulls(lab)
      if (open !== undefined) wrongPeople(lab, open.number, open.head)
      react(lab, 'U0STRANGER', 'white_check_mark')
      if (round >= 6) react(lab, member, 'white_check_mark')
    },
  },
  {
    ...approving,
    name: 'rejected',
    people: (lab, round) => {
      if (round < 4) return
      react(lab, member, 'x')
      react(lab, member, 'white_check_mark')
    },
    ends: ['frozen (rejected)'],
  },
  {
    name: 'deploy',
    settings: `${quick}approval: { before: [deploy], by: [mona] }\n`,
    agent: deploying,
    people: (lab) => {
      const { comments } = issueAt(lab.world, shop, 1)
      const asks = comments.find(({ body }) => body.includes('asks for a yes'))?.body
      const [command] = /\/afk approve [0-9a-f]+/u.exec(asks ?? '') ?? []
      if (command !== undefined) once(lab, 1, command, 'mona')
      // Where afk may not, a person does what it asks for.
      if (comments.some(({ body }) => body.includes('a person must approve the deployment on GitHub')))
        release(lab, 'ada')
    },
    ends: ['landed (green)'],
    turns: 1,
  },
  {
    name: 'stop',
    agent: (world) =>
      onTask((task, turn) => workAndPush({ ...world.crew, paceMs: 300_000 }, task, turn, { ci: 'green' })),
    people: (lab, round) => {
      if (round < 2 || threadsIn(lab.world, shop).length === 0) return
      once(lab, 1, '/afk status', 'mona')
      if (round >= 3) once(lab, 1, '/afk stop', 'wendy')
    },
    ends: ['cancelled (stopped)'],
    turns: 1,
  },
]

/** People whose word does not count for a merge, or who speak of another commit. */
function wrongPeople(lab: Lab, number: number, head: string): void {
  for (const who of ['stranger', 'wendy', 'afk-agent']) once(lab, number, `/afk approve ${head}`, who)
  once(lab, number, `/afk approve ${'0'.repeat(40)}`, 'mona')
}

function once(lab: Lab, number: number, body: string, who: string): void {
  const { comments } = issueAt(lab.world, shop, number)
  if (comments.every((comment) => comment.author !== who || comment.body !== body))
    lab.world.people.comment(shop, number, body, who)
}

/** On every message that asks for a yes: which of two a dead process has rung twice nobody can tell. */
function react({ bells }: Lab, who: string, emoji: string): void {
  for (const [index, { receipt }] of bells.posted.entries())
    if (bells.rung[index]?.kind === 'approval') bells.react(receipt, who, emoji)
}

function openPulls({ world }: Lab): readonly { readonly number: number; readonly head: string }[] {
  return pullsOf(requireRepo(world.github, shop)).flatMap(({ issue, pull }) =>
    issue.state === 'open' && pull.mergedAt === null ? [{ number: issue.number, head: pull.headSha }] : [],
  )
}

function release({ world }: Lab, who: string): void {
  for (const { id } of requireRepo(world.github, shop).runs)
    world.people.answerDeployment(shop, id, who, { environment: 'production', state: 'approved' })
}

/** Its push has a job that waits for people. */
function deploying(world: World): Agent {
  world.people.addEnvironment(shop, { name: 'production', reviewers: ['afk', 'ada'] })
  world.ci['deploys'] = {
    checks: [
      { name: 'test', durationMs: 2000 },
      { name: 'deploy', durationMs: 2000, environment: 'production' },
    ],
  }
  return onTask((task, turn) => workAndPush(world.crew, task, turn, { ci: 'deploys' }))
}
