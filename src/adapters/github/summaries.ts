import * as z from 'zod'
import type { IssueFacts, IssueSummary, RepoName } from '../../core/model.ts'
import { sameName } from '../../core/model.ts'
import type { LabelNames, Tracker } from '../../ports/tracker.ts'
import { actorFields, actorSchema } from './actor.ts'
import type { Client } from './client.ts'
import type { Page } from './connection.ts'
import { allNodes, connectionOf, pageInfoFields } from './connection.ts'
import { continueEach, withRefs } from './each.ts'
import type { Batch, Question } from './graphql.ts'
import { runBatch } from './graphql.ts'
import { summaryFields, summaryShape } from './issue-summary.ts'
import type { FoundIssue } from './look.ts'
import { completeFacts, foundSchema, lookFragment } from './look.ts'
import { ownerAndName } from './names.ts'

interface Asked {
  readonly repo: RepoName
  readonly labels: LabelNames
  /** How many there were a moment ago. */
  readonly ready?: number
}

const operation = { port: 'tracker', operation: 'summaries' } as const

/**
 * Twenty repos a query. What is asked of each issue costs a connection for each of as many issues as the page may hold, so that the
 * page is made to fit: of few issues everything is read, of more their labels and who labelled them, of many their labels alone.
 * No repo costs more than 0.6 points (contracts, *Cost*); only for repos that an overview found work in.
 */
export function createSummaries(client: Client): Tracker['summaries'] {
  return async (repos) => {
    const answers = await runBatch(client, operation, summariesBatch, repos)
    const complete = await continueEach(answers, async (first, asked) => {
      const issues = await allNodes(client, operation, moreSummariesBatch, asked, first)
      return Promise.all(issues.map((issue) => completed(client, asked, issue)))
    })
    return withRefs(complete, ({ repo }) => repo)
  }
}

/** Shares of the hourly limit of points, as far as it is known. */
export function createPrices({ recorder }: Client): Pick<Tracker, 'summariesPrice' | 'overviewPrice'> {
  const limit = () => recorder.meter.graphql?.limit ?? usualLimit
  return {
    summariesPrice: (ready) => {
      const page = pageFor(ready)
      const further = Math.max(0, Math.ceil((ready - page) / pageSize))
      return ((1 + page * connectionsOf(ready)) / 100 + further) / limit()
    },
    overviewPrice: (repos) => Math.ceil(repos / 50) / limit(),
  }
}

const usualLimit = 5000
const pageSize = 50
/** 8 x 5 connections and the list itself: 0.41 points. */
const fewIssues = 8
/** 28 x 2: 0.57 points. */
const someIssues = 28

function connectionsOf(ready: number): number {
  if (ready <= fewIssues) return 5
  return ready <= someIssues ? 2 : 1
}

function pageFor(ready: number): number {
  return Math.min(pageSize, Math.max(1, ready))
}

async function completed(client: Client, { repo, labels }: Asked, issue: Listed): Promise<IssueSummary | IssueFacts> {
  if ('comments' in issue) return completeFacts(client, operation, { repo, number: issue.number, labels }, issue)
  const { issueDependenciesSummary, labelled, ...summary } = issue
  const event = labelled?.nodes.findLast(({ label }) => sameName(label.name, labels.ready))
  return {
    repo,
    ...summary,
    openDependencies: issueDependenciesSummary.blockedBy,
    ...(event === undefined ? {} : { readyBy: event.actor }),
  }
}

/** The newest labels: one that was put on before so many others is not told of. */
const labelledField = `labelled: timelineItems(last: 10, itemTypes: [LABELED_EVENT]) {
    nodes { ... on LabeledEvent { actor ${actorFields} label { name } } }
  }`

const briefSchema = z.object({
  ...summaryShape,
  labelled: z
    .object({ nodes: z.array(z.object({ actor: actorSchema, label: z.object({ name: z.string() }) })) })
    .optional(),
})

type Listed = FoundIssue | z.infer<typeof briefSchema>

/** One whose history cannot be understood is told of without it: a look at it fails alone. */
const issuesSchema: z.ZodType<Page<Listed>> = connectionOf(z.union([foundSchema, briefSchema]))

const repoSchema = z.object({ issues: issuesSchema }).transform(({ issues }) => issues)

const summaryFragment = `fragment Summary on Issue { ${summaryFields} }`

const variables = { owner: 'String!', name: 'String!', labels: '[String!]', first: 'Int!' }

function question(fields: string, fragments: string): Question {
  return {
    variables,
    fragments,
    selection: `repository(owner: $owner, name: $name) {
      issues(first: $first, labels: $labels, states: [OPEN]) { nodes { ${fields} } ${pageInfoFields} }
    }`,
  }
}

const [everything, withLabeller, labelsAlone] = [
  question('...Look', lookFragment),
  question(`...Summary ${labelledField}`, summaryFragment),
  question('...Summary', summaryFragment),
]

function questionOf({ ready }: Asked): Question {
  const connections = connectionsOf(ready ?? pageSize)
  return connections === 5 ? everything : connections === 2 ? withLabeller : labelsAlone
}

export const summariesBatch: Batch<Asked, Page<Listed>> = {
  name: 'Summaries',
  size: 20,
  ...labelsAlone,
  questionOf,
  values: ({ repo, labels, ready }) => ({
    ...ownerAndName(repo),
    labels: [labels.ready],
    first: pageFor(ready ?? pageSize),
  }),
  schema: repoSchema,
  subject: ({ repo }) => repo,
  mayHide: 'blockedBy',
}

export const moreSummariesBatch: Batch<{ readonly ref: Asked; readonly after: string }, Page<Listed>> = {
  name: 'MoreSummaries',
  size: 1,
  variables: { owner: 'String!', name: 'String!', labels: '[String!]', after: 'String' },
  values: ({ ref, after }) => ({ ...ownerAndName(ref.repo), labels: [ref.labels.ready], after }),
  selection: `repository(owner: $owner, name: $name) {
    issues(first: ${String(pageSize)}, after: $after, labels: $labels, states: [OPEN]) {
      nodes { ...Summary } ${pageInfoFields}
    }
  }`,
  fragments: summaryFragment,
  schema: repoSchema,
  subject: ({ ref }) => ref.repo,
}
