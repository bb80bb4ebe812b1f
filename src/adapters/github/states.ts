import * as z from 'zod'
import type { Blocker, IssueRef } from '../../core/model.ts'
import type { Tracker } from '../../ports/tracker.ts'
import type { Client } from './client.ts'
import type { Batch } from './graphql.ts'
import { runBatch } from './graphql.ts'
import { issueName, ownerAndName } from './names.ts'

const operation = { port: 'tracker', operation: 'states' } as const

/** One query, and one point, for 50 issues. */
export function createStates(client: Client): Tracker['states'] {
  return async (issues) => {
    const answers = await runBatch(client, operation, statesBatch, issues)
    return answers.map(({ ref: { repo, number }, ...answer }): Blocker => ({
      repo,
      number,
      state: answer.ok ? answer.value : 'unreadable',
    }))
  }
}

export const statesBatch: Batch<IssueRef, Blocker['state']> = {
  name: 'States',
  size: 50,
  variables: { owner: 'String!', name: 'String!', number: 'Int!' },
  values: ({ repo, number }) => ({ ...ownerAndName(repo), number }),
  selection: `repository(owner: $owner, name: $name) {
    issueOrPullRequest(number: $number) { ... on Issue { issueState: state } ... on PullRequest { pullState: state } }
  }`,
  schema: z
    .object({
      issueOrPullRequest: z.object({
        issueState: z.string().optional(),
        pullState: z.string().optional(),
      }),
    })
    .transform(({ issueOrPullRequest: { issueState, pullState } }) => stateOf(issueState ?? pullState)),
  subject: issueName,
}

/** A merged pull request is over like a closed one; a state that this build does not know cannot be told. */
function stateOf(state: string | undefined): Blocker['state'] {
  if (state === 'OPEN') return 'open'
  return state === 'CLOSED' || state === 'MERGED' ? 'closed' : 'unreadable'
}
