import * as z from 'zod'
import type { RepoName, RepoOverview, RollupState } from '../../core/model.ts'
import type { LabelNames, Tracker } from '../../ports/tracker.ts'
import type { Client } from './client.ts'
import type { Page } from './connection.ts'
import { allNodes, connectionOf, pageInfoFields } from './connection.ts'
import { continueEach, withRefs } from './each.ts'
import type { Batch, Question } from './graphql.ts'
import { runBatch } from './graphql.ts'
import { ownerAndName } from './names.ts'

interface Asked {
  readonly repo: RepoName
  readonly labels: LabelNames
  readonly lockedOnly?: boolean
}

const operation = { port: 'tracker', operation: 'overview' } as const

/**
 * One query for 50 repos with both lists, or for 100 of whom some are asked for one alone. Each is a bare connection, so that the
 * first costs one point and the other one or two (contracts, *Cost*).
 */
export function createOverview(client: Client): Tracker['overview'] {
  return async (repos) => {
    const size = repos.some(({ lockedOnly }) => lockedOnly !== undefined) ? 100 : overviewBatch.size
    const answers = await runBatch(client, operation, { ...overviewBatch, size }, repos)
    const complete = await continueEach(answers, async (found, { repo, labels }): Promise<RepoOverview> => {
      const [ready, locked] = await Promise.all([
        allNodes(client, operation, labelledBatch, { repo, label: labels.ready, states: ['OPEN'] }, found.ready),
        allNodes(client, operation, labelledBatch, { repo, label: labels.inProgress, states: null }, found.locked),
      ])
      return { repo, nameWithOwner: found.nameWithOwner, base: found.base, ready, locked }
    })
    return withRefs(complete, ({ repo }) => repo)
  }
}

const numbers: z.ZodType<Page<number>> = connectionOf(z.object({ number: z.int() }).transform((issue) => issue.number))

const baseSchema = z
  .object({
    name: z.string(),
    target: z.object({
      oid: z.string(),
      statusCheckRollup: z.object({ state: z.string() }).nullable(),
    }),
  })
  .transform(({ name, target }) => ({
    branch: name,
    head: target.oid,
    rollup: rollupState(target.statusCheckRollup?.state ?? null),
  }))

const repoFields = `nameWithOwner
    defaultBranchRef { name target { oid ... on Commit { statusCheckRollup { state } } } }`
const lockedField = `locked: issues(first: 100, labels: $locked) { nodes { number } ${pageInfoFields} }`

const lockedQuestion: Question = {
  variables: { owner: 'String!', name: 'String!', locked: '[String!]' },
  selection: `repository(owner: $owner, name: $name) { ${repoFields} ${lockedField} }`,
}

export const overviewBatch: Batch<Asked, Omit<RepoOverview, 'repo' | 'ready' | 'locked'> & Labelled> = {
  name: 'Overview',
  size: 50,
  variables: { owner: 'String!', name: 'String!', ready: '[String!]', locked: '[String!]' },
  values: ({ repo, labels }) => ({
    ...ownerAndName(repo),
    ready: [labels.ready],
    locked: [labels.inProgress],
  }),
  selection: `repository(owner: $owner, name: $name) {
    ${repoFields}
    ready: issues(first: 100, labels: $ready, states: [OPEN]) { nodes { number } ${pageInfoFields} }
    ${lockedField}
  }`,
  questionOf: ({ lockedOnly }) => (lockedOnly ? lockedQuestion : overviewBatch),
  schema: z
    .object({
      nameWithOwner: z.string(),
      defaultBranchRef: baseSchema.nullable(),
      ready: numbers.default({ nodes: [], next: null }),
      locked: numbers,
    })
    .transform(({ defaultBranchRef, ...rest }) => ({ ...rest, base: defaultBranchRef })),
  subject: ({ repo }) => repo,
}

interface Labelled {
  readonly ready: Page<number>
  readonly locked: Page<number>
}

interface LabelledRef {
  readonly repo: RepoName
  readonly label: string
  /** Null for any state. */
  readonly states: readonly ['OPEN'] | null
}

export const labelledBatch: Batch<{ readonly ref: LabelledRef; readonly after: string }, Page<number>> = {
  name: 'LabelledIssues',
  size: 1,
  variables: {
    owner: 'String!',
    name: 'String!',
    labels: '[String!]',
    states: '[IssueState!]',
    after: 'String',
  },
  values: ({ ref, after }) => ({
    ...ownerAndName(ref.repo),
    labels: [ref.label],
    states: ref.states,
    after,
  }),
  selection: `repository(owner: $owner, name: $name) {
    issues(first: 100, labels: $labels, states: $states, after: $after) { nodes { number } ${pageInfoFields} }
  }`,
  schema: z.object({ issues: numbers }).transform(({ issues }) => issues),
  subject: ({ ref }) => ref.repo,
}

/** A state that this build does not know has not concluded as far as it knows. */
function rollupState(state: string | null): RollupState {
  if (state === null) return 'none'
  if (state === 'SUCCESS') return 'success'
  return state === 'FAILURE' || state === 'ERROR' ? 'failure' : 'pending'
}
