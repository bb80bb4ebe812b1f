import * as z from 'zod'
import type { IssueSummary, RepoName } from '../../core/model.ts'
import type { LabelNames, Tracker } from '../../ports/tracker.ts'
import type { Client } from './client.ts'
import type { Page } from './connection.ts'
import { allNodes, connectionOf, pageInfoFields } from './connection.ts'
import { continueEach, withRefs } from './each.ts'
import type { Batch } from './graphql.ts'
import { runBatch } from './graphql.ts'
import { ownerAndName } from './names.ts'

interface Asked {
  readonly repo: RepoName
  readonly labels: LabelNames
}

const operation = { port: 'tracker', operation: 'summaries' } as const

/** Costs a point for every two repos, whatever they hold: ask only for repos that an overview found work in. */
export function createSummaries(client: Client): Tracker['summaries'] {
  return async (repos) => {
    const answers = await runBatch(client, operation, summariesBatch, repos)
    const complete = await continueEach(answers, async (first, asked) => {
      const issues = await allNodes(client, operation, moreSummariesBatch, asked, first)
      return issues.map((issue) => inRepo(asked.repo, issue))
    })
    return withRefs(complete, ({ repo }) => repo)
  }
}

function inRepo(repo: RepoName, issue: Omit<IssueSummary, 'repo'>): IssueSummary {
  return { repo, ...issue }
}

/** A hundred labels are the most that GitHub lets an issue carry: one page has them all. */
export const summaryFields = `number title url body
  labels(first: 100) { nodes { name } }
  issueDependenciesSummary { blockedBy }`

export const summaryShape = {
  number: z.int(),
  title: z.string(),
  url: z.string(),
  body: z.string(),
  labels: z
    .object({ nodes: z.array(z.object({ name: z.string() })) })
    .nullable()
    .transform((labels) => (labels === null ? [] : labels.nodes.map((label) => label.name))),
  issueDependenciesSummary: z.object({ blockedBy: z.int() }),
}

const issuesSchema: z.ZodType<Page<Omit<IssueSummary, 'repo'>>> = connectionOf(
  z.object(summaryShape).transform(({ issueDependenciesSummary, ...issue }) => ({
    ...issue,
    openDependencies: issueDependenciesSummary.blockedBy,
  })),
)

const repoSchema = z.object({ issues: issuesSchema }).transform(({ issues }) => issues)

export const summariesBatch: Batch<Asked, Page<Omit<IssueSummary, 'repo'>>> = {
  name: 'Summaries',
  size: 20,
  variables: { owner: 'String!', name: 'String!', labels: '[String!]' },
  values: ({ repo, labels }) => ({ ...ownerAndName(repo), labels: [labels.ready] }),
  selection: `repository(owner: $owner, name: $name) {
    issues(first: 50, labels: $labels, states: [OPEN]) { nodes { ...Summary } ${pageInfoFields} }
  }`,
  fragments: `fragment Summary on Issue { ${summaryFields} }`,
  schema: repoSchema,
  subject: ({ repo }) => repo,
}

export const moreSummariesBatch: Batch<
  { readonly ref: Asked; readonly after: string },
  Page<Omit<IssueSummary, 'repo'>>
> = {
  name: 'MoreSummaries',
  size: 1,
  variables: { ...summariesBatch.variables, after: 'String' },
  values: ({ ref, after }) => ({ ...summariesBatch.values(ref), after }),
  selection: summariesBatch.selection.replace('first: 50,', 'first: 50, after: $after,'),
  fragments: `fragment Summary on Issue { ${summaryFields} }`,
  schema: repoSchema,
  subject: ({ ref }) => ref.repo,
}
