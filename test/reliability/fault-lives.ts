import { addDeployment, addDeploymentStatus } from '../sandbox/github/state/deployments.ts'
import { pullsOf } from '../sandbox/github/state/pulls.ts'
import { requireRepo } from '../sandbox/github/state/repos.ts'
import { onTask, workAndPush } from '../sandbox/t3/work.ts'
import { headOf } from '../sandbox/world.ts'
import type { FakeRollout } from '../fakes/rollout.ts'
import { shop, type Lab } from './lab.ts'
import { peopleScenarios } from './people-scenarios.ts'
import { quick } from './policy.ts'
import { scenarios, type Scenario } from './scenarios.ts'
import { cardsOn, issueAt, ready } from './seen.ts'

/** Lives that between them call every operation of every port that a tick can call. */
export interface Life extends Scenario {
  /** What the cluster does right before a round's ticks. */
  readonly cluster?: (lab: Lab, rollout: FakeRollout) => void
  /** What else is wrong with its end. */
  readonly wrong?: (lab: Lab) => readonly string[]
}

export const lives = {
  'fix-forward': known('fix-forward'),
  escalate: known('escalate'),
  cancel: known('cancel'),
  rerun: known('rerun'),
  'pull-request': known('pull-request'),
  conversation: {
    ...known('conversation'),
    people: (lab, round) => {
      known('conversation').people?.(lab, round)
      // Asked to merge, because afk may not.
      const pull = pullsOf(requireRepo(lab.world.github, shop))[0]?.issue
      if (pull?.state === 'open' && lab.bells.rung.some(({ kind }) => kind === 'ready-to-merge'))
        lab.world.people.mergeByHand(shop, pull.number, 'mona')
    },
  },
  question: known('question-answered'),
  reaction: known('approval-by-reaction'),
  approval: known('approval-by-comment'),
  deploy: known('deploy'),
  stop: known('stop'),
  blocked: {
    name: 'blocked',
    begin: (lab) => {
      lab.world.people.open(shop, { title: 'A task', body: 'Blocked by #2', author: 'ada' })
      lab.world.people.open(shop, { title: 'First this', author: 'ada' })
      lab.world.people.label(shop, 1, ready, 'mona')
    },
    // As soon as afk has said on the issue what it waits for.
    people: (lab) => {
      if (issueAt(lab.world, shop, 1).comments.length > 0 && issueAt(lab.world, shop, 2).state === 'open')
        lab.world.people.close(shop, 2, 'mona')
    },
    wrong: ({ world }) => {
      const { comments } = issueAt(world, shop, 1)
      const closed = issueAt(world, shop, 2).events.find(({ detail }) => detail.event === 'closed')
      const [card] = cardsOn(world, shop, 1)
      return [
        ...(comments.length === 1 ? [] : [`${comments.length} comments, expected the card alone`]),
        // A card's times are whole seconds.
        ...((card?.startedAt ?? 0) + 1000 < (closed?.createdAt ?? Infinity) ? ['it began while it was blocked'] : []),
      ]
    },
    ends: ['landed (green)'],
    turns: 1,
  },
  reopened: {
    name: 'reopened',
    agent: ({ crew }) =>
      onTask((task, turn) =>
        workAndPush(crew, task, turn, { keyword: 'Closes', ci: turn.turnNumber === 1 ? 'red' : 'green' }),
      ),
    ends: ['landed (green)'],
    turns: 2,
  },
  'taken back': {
    name: 'taken back',
    agent: ({ crew }) => onTask((task, turn) => workAndPush(crew, task, turn, { ci: 'neverConcludes' })),
    people: (lab, round) => {
      const { branches, commits, defaultBranch } = requireRepo(lab.world.github, shop)
      const [before] = commits.get(branches.get(defaultBranch) ?? '')?.parents ?? []
      if (round === 2 && before !== undefined) lab.world.people.forcePush(shop, { to: before, pusher: 'ada' })
    },
    ends: ['frozen (head-removed)'],
    turns: 1,
  },
  deployed: {
    name: 'deployed',
    settings: `${quick}repos:\n  acme/shop:\n    rollout: { githubDeployment: { environment: production } }\n`,
    people: ({ world }, round) => {
      const repo = requireRepo(world.github, shop)
      if (round !== 3) return
      const by = { environment: 'production', creator: 'ada' }
      const deployment = addDeployment(world.github, repo, { sha: headOf(world, shop), ...by })
      addDeploymentStatus(world.github, repo, deployment, { state: 'success', creator: 'ada' })
    },
    ends: ['landed (green)'],
    turns: 1,
  },
  'rolled out': {
    name: 'rolled out',
    settings: `${quick}repos:\n  acme/shop:\n    rollout: { kubernetes: { namespace: shop, kind: Deployment, name: web, image: "{sha}" } }\n`,
    cluster: ({ world }, rollout) => {
      const counts = { replicas: 1, updated: 1, ready: 1, available: 1, total: 1, deadlineExceeded: false }
      const facts = { image: `web:${headOf(world, shop)}`, generation: 1, observedGeneration: 1, ...counts }
      rollout.set({ namespace: 'shop', workload: 'Deployment', name: 'web' }, facts)
    },
    ends: ['landed (green)'],
    turns: 1,
  },
  archived: {
    name: 'archived',
    settings: `${quick}archiveAfterSeconds: 300\n`,
    ends: ['landed (green)'],
    // T3 shows its thread no longer.
    turns: 0,
  },
} as const satisfies { readonly [name: string]: Life }

export type LifeName = keyof typeof lives

function known(name: string): Life {
  const found = [...scenarios, ...peopleScenarios].find((scenario) => scenario.name === name)
  if (found === undefined) throw new Error(`there is no scenario ${name}`)
  return found
}
