import { gated } from './faults.ts'
import type { PullsReady } from './github.ts'
import type { Operations, Row } from './service.ts'

const shop = 'acme/shop'

const read = (ask: Row<PullsReady>['ask'], answers: unknown, more: Partial<Row<PullsReady>> = {}): Row<PullsReady> => ({
  manner: 'again',
  ask,
  answers,
  ...more,
})

const merge: Pick<Row<PullsReady>, 'ask' | 'answers' | 'done'> = {
  ask: ({ ports, pull, pullHead }) =>
    ports.pulls.merge(shop, pull, { head: pullHead, method: 'squash', title: 'Three', message: 'AFK-Run: x' }),
  answers: 'merged',
  done: ({ isMerged }) => (isMerged() ? 1 : 0),
}

const decide: Pick<Row<PullsReady>, 'ask' | 'done'> = {
  ask: ({ ports, waitingRun, environment }) =>
    ports.pulls.decideDeployment(shop, waitingRun, [environment], { state: 'approved', comment: 'Approved.' }),
  done: ({ decisions }) => decisions(),
}

/** What the service says of itself afterwards decides, so a lost answer is none. */
const asSeenAfterwards = {
  'reset in the body': 'done',
  'reset in the body once': 'done',
  'done, answers lost': 'done',
  'done, one answer lost': 'done',
  'truncated JSON': 'done',
} as const

export const pullsRows: Operations<PullsReady> = {
  list: [
    read(
      async ({ ports, pull }) =>
        (await ports.pulls.list(shop, { since: 0, prefix: 'afk/' })).map(({ number }) => number === pull),
      [true],
    ),
  ],
  view: [read(({ ports, pull }) => ports.pulls.view(shop, pull), { state: 'open', branch: 'afk/1-three-00000000' })],
  files: [read(({ ports, pull }) => ports.pulls.files(shop, pull), ['src/three.txt'])],
  merge: [
    { ...merge, part: 'the look before', manner: 'again', aims: ({ method }) => method === 'POST' },
    {
      ...merge,
      manner: 'once',
      aims: ({ method }) => method === 'PUT',
      // It was read a moment ago: hidden from this token for writing only.
      exceptions: { ...gated, ...asSeenAfterwards, '404': 'forbidden' },
    },
  ],
  replyToThread: [
    {
      manner: 'once',
      ask: ({ ports, pull, thread }) => ports.pulls.replyToThread(shop, pull, thread, 'Fixed.'),
      done: ({ replies }) => replies(),
    },
  ],
  resolveThread: [
    {
      manner: 'again',
      ask: ({ ports, pull, thread }) => ports.pulls.resolveThread(shop, pull, thread),
      done: ({ isResolved }) => (isResolved() ? 1 : 0),
    },
  ],
  comments: [
    {
      part: 'who afk is',
      manner: 'again',
      aims: ({ path }) => path.endsWith('/graphql'),
      ask: ({ ports }) => ports.pulls.comments(shop, 1),
      answers: [{ body: 'A card', own: true }],
    },
    {
      manner: 'again',
      aims: ({ path }) => path.includes('/comments'),
      ask: ({ ports }) => ports.pulls.comments(shop, 1),
      answers: [{ body: 'A card', own: true }],
    },
  ],
  react: [
    {
      manner: 'again',
      ask: ({ ports, comment }) => ports.pulls.react(shop, comment, 'eyes'),
      done: ({ reactions }) => reactions(),
    },
  ],
  waitingDeployments: [
    {
      part: 'the runs',
      manner: 'again',
      aims: ({ path }) => !path.includes('pending_deployments'),
      ask: ({ ports, waitingHead }) => ports.pulls.waitingDeployments(shop, waitingHead),
      answers: [{ environments: [{ name: 'prod', mayApprove: true }] }],
    },
    {
      part: 'what each waits for',
      manner: 'again',
      aims: ({ path }) => path.includes('pending_deployments'),
      ask: ({ ports, waitingHead }) => ports.pulls.waitingDeployments(shop, waitingHead),
      answers: [{ environments: [{ name: 'prod', mayApprove: true }] }],
    },
  ],
  decideDeployment: [
    { ...decide, manner: 'once', aims: (request) => request.isWrite, exceptions: { ...gated, ...asSeenAfterwards } },
  ],
}
