import { turnStart } from '../../src/adapters/t3/commands.ts'
import {
  apiErrorThenLands,
  closesByCommit,
  diesOnceThenLands,
  failsFirstStart,
  needsClarification,
  neverPushes,
  pushesAfterNudge,
  pushesRedThenFixes,
  reportsBlocked,
  waitsForApproval,
} from '../sandbox/t3/agents.ts'
import { pullsOf } from '../sandbox/github/state/pulls.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import type { Agent } from '../sandbox/t3/agent.ts'
import { worksAndReviews } from '../sandbox/t3/pull-work.ts'
import { onTask, talk, workAndPush } from '../sandbox/t3/work.ts'
import type { World } from '../sandbox/world.ts'
import type { Lab } from './lab.ts'
import { quick } from './policy.ts'
import { issueAt, lock, ready, threadsIn } from './seen.ts'

/** One life of one or more issues, from label to end, with what people do in it at fixed times. */
export interface Scenario {
  readonly name: string
  readonly settings?: string
  readonly repos?: readonly string[]
  readonly agent?: (world: World) => Agent
  /** Before the first tick: issues and labels. Default: one ready issue. */
  readonly begin?: (lab: Lab) => void
  /** What people do right before this round's ticks (from 0). */
  readonly people?: (lab: Lab, round: number) => void
  /** They do it as soon as it can be done, before any program can be faster: in a storm, after every step. */
  readonly atOnce?: true
  /** Seconds between rounds. */
  readonly every?: number
  /** For so long nothing of afk runs after the one that died, if that was in this round or later. */
  readonly outage?: { readonly seconds: number; readonly fromRound: number }
  /** How each run ends, in the order of issues and epochs: `kind (reason)`. */
  readonly ends: readonly string[]
  /** Turns sent in all. */
  readonly turns: number
}

const shop = 'acme/shop'
/** By pull request (SPEC 15). */
const pulls = `${quick}landing: pull-request\n`

export function openReady(lab: Lab, title = 'A task', repo = shop, labels: string[] = []): number {
  const { number } = lab.world.people.open(repo, { title, body: 'As talked about.', author: 'ada', labels })
  lab.world.people.label(repo, number, ready, 'mona')
  return number
}

/** The agent asks, and nobody says anything (SPEC 16.1). */
export const askedOnly: Scenario = {
  name: 'question',
  settings: `${quick}questionMaxSeconds: 200\n`,
  agent: (world) => needsClarification('Which colour?', world.crew),
  ends: ['escalated (unanswered)'],
  turns: 1,
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'dispatch',
    repos: [shop, 'acme/api'],
    begin: (lab) => {
      openReady(lab, 'One')
      openReady(lab, 'Two')
      openReady(lab, 'Three', 'acme/api')
    },
    ends: ['landed (green)', 'landed (green)', 'landed (green)'],
    turns: 3,
  },
  { name: 'land', ends: ['landed (green)'], turns: 1 },
  {
    name: 'fix-forward',
    agent: (world) => pushesRedThenFixes(world.crew),
    ends: ['landed (green)'],
    turns: 2,
  },
  {
    name: 'retry',
    agent: (world) => apiErrorThenLands(world.crew),
    settings: `${quick}retryBackoffSeconds: 30\n`,
    ends: ['landed (green)'],
    turns: 2,
  },
  {
    name: 'retry-start',
    agent: (world) => failsFirstStart(world.crew),
    settings: `${quick}retryBackoffSeconds: 30\n`,
    ends: ['landed (green)'],
    turns: 2,
  },
  {
    name: 'stall',
    agent: (world) => diesOnceThenLands(world.crew),
    settings: `${quick}stallSeconds: 120\nretryBackoffSeconds: 30\n`,
    ends: ['landed (green)'],
    turns: 2,
  },
  { name: 'nudge', agent: (world) => pushesAfterNudge(world.crew), ends: ['landed (green)'], turns: 2 },
  { name: 'no-push', agent: (world) => neverPushes(world.crew), ends: ['escalated (no-push)'], turns: 2 },
  {
    name: 'escalate',
    agent: (world) => reportsBlocked('no key', world.crew),
    ends: ['escalated (blocked)'],
    turns: 1,
  },
  {
    name: 'freeze',
    // Each push closes the issue as well: it is opened again before the fix, and before the end.
    agent: (world) => onTask((task, turn) => workAndPush(world.crew, task, turn, { ci: 'red', keyword: 'Closes' })),
    settings: `${quick}fixForward: { maxAttempts: 1 }\n`,
    ends: ['frozen (budget)'],
    turns: 2,
  },
  {
    name: 'cancel',
    agent: (world) => slow(world),
    people: (lab, round) => {
      if (round === 2) lab.world.people.unlabel(shop, 1, ready, 'wendy')
    },
    ends: ['cancelled (label-removed)'],
    turns: 1,
  },
  {
    name: 'cancel-by-lock',
    agent: (world) => slow(world),
    people: (lab, round) => {
      if (round === 2 && issueAt(lab.world, shop, 1).labels.some(({ name }) => name === lock))
        lab.world.people.unlabel(shop, 1, lock, 'wendy')
    },
    ends: ['cancelled (lock-removed)'],
    turns: 1,
  },
  {
    name: 'cancel-by-closing',
    agent: (world) => slow(world),
    people: (lab, round) => {
      if (round === 2) lab.world.people.close(shop, 1, 'wendy', 'not_planned')
    },
    ends: ['cancelled (issue-closed)'],
    turns: 1,
  },
  {
    name: 'rerun',
    agent: (world) => onTask((task, turn) => workAndPush(world.crew, task, turn, { ci: 'infrastructure' })),
    ends: ['landed (green)'],
    turns: 1,
  },
  {
    name: 'relabel',
    agent: (world) => slow(world),
    people: (lab, round) => {
      if (round !== 2) return
      lab.world.people.unlabel(shop, 1, ready, 'wendy')
      lab.clock.tick(1000)
      lab.world.people.label(shop, 1, ready, 'mona')
    },
    ends: ['cancelled (epoch-changed)', 'landed (green)'],
    turns: 2,
  },
  {
    name: 'takeover',
    agent: (world) =>
      onTask((_task, turn) =>
        // The person's turn in the thread of the ended run takes ten minutes.
        turn.turnNumber === 2 ? talk('Looking.', { paceMs: 600_000 }) : slow(world).turn(turn),
      ),
    people: (lab, round) => {
      if (round === 2) lab.world.people.unlabel(shop, 1, ready, 'wendy')
      if (round === 5) writeInThread(lab, 1)
      if (round === 5) openReady(lab, 'Next')
    },
    ends: ['cancelled (label-removed)', 'landed (green)'],
    turns: 3,
  },
  { name: 'closes-by-commit', agent: (world) => closesByCommit(world.crew), ends: ['landed (green)'], turns: 1 },
  {
    name: 'pull-request',
    settings: pulls,
    agent: (world) => worksAndReviews(world.crew, { rounds: ['issues'] }),
    ends: ['landed (green)'],
    turns: 3,
  },
  {
    name: 'red-after-merge',
    settings: `${pulls}review: { rounds: 0 }\n`,
    agent: (world) => worksAndReviews(world.crew, { rounds: [] }),
    people: (lab) => {
      const [first] = pullsOf(requireRepo(lab.world.github, shop))
      if (first?.pull.mergedAt === null)
        lab.world.people.planMergeCi(shop, first.issue.number, lab.world.ci['red'] ?? null)
    },
    atOnce: true,
    every: 20,
    ends: ['landed (green)'],
    turns: 2,
  },
  {
    name: 'conversation',
    settings: `${pulls}review: { rounds: 0 }\n`,
    agent: (world) => worksAndReviews(world.crew, { rounds: [] }),
    people: (lab) => {
      const [first] = pullsOf(requireRepo(lab.world.github, shop))
      if (first === undefined || first.pull.threads.length > 0) return
      lab.world.people.reviewThread(shop, first.issue.number, 'wendy', { path: 'src/issue-1.txt', body: 'Why?' })
    },
    atOnce: true,
    ends: ['landed (green)'],
    turns: 2,
  },
  {
    name: 'waiting',
    agent: (world) => waitsForApproval(world.crew),
    settings: `${quick}questionMaxSeconds: 120\n`,
    ends: ['escalated (unanswered)'],
    turns: 1,
  },
  {
    ...askedOnly,
    name: 'question-answered',
    people: (lab) => {
      const { comments } = issueAt(lab.world, shop, 1)
      const isAsked = comments.some(({ body }) => body.includes('has a question'))
      if (!isAsked || comments.some(({ author }) => author === 'wendy')) return
      lab.world.people.comment(shop, 1, 'Red', 'stranger')
      lab.world.people.comment(shop, 1, 'Blue', 'wendy')
      lab.world.people.comment(shop, 1, 'Green', 'mona')
    },
    ends: ['landed (green)'],
    turns: 2,
  },
]

/** A person sends a turn in T3 itself. */
function writeInThread(lab: Lab, number: number): void {
  const thread = threadsIn(lab.world, shop).find((one) => one.number === number)
  // Its dispatch may have been stopped: then there is nothing to write into.
  if (thread === undefined) return
  const model = { instanceId: 'claudeAgent', model: 'claude-sonnet-4-6', runtimeMode: 'full-access' } as const
  const ids = { commandId: 'command-of-a-person', messageId: 'message-of-a-person' }
  lab.world.t3.dispatch(turnStart({ ...ids, threadId: thread.id, text: 'What did you find?', model }))
}

/** Works for four minutes, then pushes. */
function slow(world: World): Agent {
  return onTask((task, turn) => workAndPush({ ...world.crew, paceMs: 60_000 }, task, turn, { ci: 'green' }))
}
