import * as z from 'zod'
import type { RepoName } from '../../core/model.ts'
import { PortError } from '../../ports/errors.ts'
import type { MergeRules, TrackerProbe } from '../../ports/probe.ts'
import type { Client } from './client.ts'
import type { Call } from './errors.ts'
import { runOne, type Batch } from './graphql.ts'
import { inRepo, ownerAndName } from './names.ts'
import { restPages } from './pages.ts'

/**
 * How a repo takes pull requests onto its default branch. GitHub has two kinds of rules: those of a branch protection, which GraphQL
 * shows to everybody who can read (`refUpdateRule`), and those of rulesets, which REST does. The stricter one holds.
 */
export function createMergeRules(client: Client): TrackerProbe['mergeRules'] {
  return async (repo) => {
    const { methods, branch, rule } = await runOne(client, operation, mergeRulesBatch, repo)
    const rules = branch === null ? [] : await rulesOf(client, repo, branch)
    const of = (type: string) => rules.filter((each) => each.type === type)
    const allows = (method: string) =>
      of('pull_request').every(({ parameters }) => parameters?.allowed_merge_methods?.includes(method) ?? true)
    return {
      methods: methods.filter(allows),
      approvals: Math.max(
        rule?.requiredApprovingReviewCount ?? 0,
        ...of('pull_request').map(({ parameters }) => parameters?.required_approving_review_count ?? 0),
      ),
      linear: rule?.requiresLinearHistory === true || of('required_linear_history').length > 0,
      queue: of('merge_queue').length > 0,
    }
  }
}

const operation = { port: 'tracker', operation: 'mergeRules' } as const

/** A plan without rulesets refuses the question: then there are none. */
async function rulesOf(client: Client, repo: RepoName, branch: string): Promise<z.infer<typeof rulesSchema>> {
  const call: Call = { ...operation, subject: repo }
  const route = 'GET /repos/{owner}/{repo}/rules/branches/{branch}'
  const rules: z.infer<typeof rulesSchema> = []
  try {
    for await (const page of restPages(client, call, route, { ...inRepo(repo), branch }, rulesSchema))
      rules.push(...page)
  } catch (error) {
    if (!(error instanceof PortError) || !['forbidden', 'not-found'].includes(error.category)) throw error
  }
  return rules
}

const rulesSchema = z.array(
  z.object({
    type: z.string(),
    parameters: z
      .object({
        required_approving_review_count: z.int().optional(),
        allowed_merge_methods: z.array(z.string()).optional(),
      })
      .optional(),
  }),
)

const settingsSchema = z
  .object({
    squashMergeAllowed: z.boolean(),
    mergeCommitAllowed: z.boolean(),
    rebaseMergeAllowed: z.boolean(),
    defaultBranchRef: z
      .object({
        name: z.string(),
        refUpdateRule: z
          .object({ requiredApprovingReviewCount: z.int().nullable(), requiresLinearHistory: z.boolean() })
          .nullish(),
      })
      .nullable(),
  })
  .transform(({ squashMergeAllowed, mergeCommitAllowed, rebaseMergeAllowed, defaultBranchRef }) => ({
    methods: [
      ...(squashMergeAllowed ? (['squash'] as const) : []),
      ...(mergeCommitAllowed ? (['merge'] as const) : []),
      ...(rebaseMergeAllowed ? (['rebase'] as const) : []),
    ] satisfies MergeRules['methods'],
    branch: defaultBranchRef?.name ?? null,
    rule: defaultBranchRef?.refUpdateRule ?? null,
  }))

export const mergeRulesBatch: Batch<RepoName, z.infer<typeof settingsSchema>> = {
  name: 'MergeRules',
  size: 1,
  variables: { owner: 'String!', name: 'String!' },
  values: ownerAndName,
  selection: `repository(owner: $owner, name: $name) {
    squashMergeAllowed mergeCommitAllowed rebaseMergeAllowed
    defaultBranchRef { name refUpdateRule { requiredApprovingReviewCount requiresLinearHistory } }
  }`,
  schema: settingsSchema,
  subject: (repo) => repo,
  mayHide: 'refUpdateRule',
}
