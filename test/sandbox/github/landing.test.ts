import { Octokit } from '@octokit/rest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startHarness, type Harness } from './harness.ts'
import { addApp, installApp, issueInstallationToken } from './state/apps.ts'
import { requireRepo } from './state/repos.ts'

const repo = 'acme/shop'
const shop = { owner: 'acme', repo: 'shop' }

let hub: Harness

beforeEach(async () => {
  hub = await startHarness()
  hub.people.push(repo, { author: 'ada', message: 'first', files: { 'a.txt': 'a', 'b.txt': 'b' } })
})

afterEach(async () => {
  await hub.server.close()
  expect(hub.server.violations).toEqual([])
})

function client(login: string): Octokit {
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  return new Octokit({ auth: `token-${login}`, baseUrl: hub.server.url, log })
}

function change(name: string, files: Record<string, string>): { number: number; id: string; sha: string } {
  const sha = hub.people.pushToBranch(repo, name, { author: 'wendy', message: `Do ${name}`, files })
  const { issue } = hub.people.openPullRequest(repo, { title: name, author: 'wendy', head: name })
  return { number: issue.number, id: issue.nodeId, sha }
}

async function statusOf(run: () => Promise<{ status: number }>): Promise<number> {
  try {
    return (await run()).status
  } catch (error) {
    return (error as { status: number }).status
  }
}

async function pull(number: number, fields: string) {
  const query = `{ repository(owner: "acme", name: "shop") { pullRequest(number: ${number}) { ${fields} } } }`
  const { body } = await hub.graphql(query)
  expect(body.errors).toBeUndefined()
  return body.data.repository.pullRequest
}

const enqueue =
  'mutation ($id: ID!, $head: GitObjectID) { enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { position state enqueuer { login } } } }'
const entry = 'state merged isInMergeQueue isMergeQueueEnabled mergeQueueEntry { position state } mergedBy { login }'

describe('a merge queue', () => {
  beforeEach(() => hub.people.setQueue(repo, { method: 'squash', checkMs: 60_000 }))

  it('merges in its order, when its checks are over, by its own bot', async () => {
    const [one, two] = [change('one', { 'a.txt': '1' }), change('two', { 'b.txt': '2' })]
    for (const { id, sha } of [one, two]) await hub.graphql(enqueue, { variables: { id, head: sha } })
    expect(await pull(two.number, entry)).toEqual({
      state: 'OPEN',
      merged: false,
      isInMergeQueue: true,
      isMergeQueueEnabled: true,
      mergeQueueEntry: { position: 2, state: 'AWAITING_CHECKS' },
      mergedBy: null,
    })
    hub.pass(60_000)
    for (const { number } of [one, two])
      expect(await pull(number, entry)).toMatchObject({
        state: 'MERGED',
        isInMergeQueue: false,
        mergeQueueEntry: null,
        mergedBy: { login: 'github-merge-queue' },
      })
    const at = requireRepo(hub.state, repo)
    const tip = at.commits.get(at.branches.get('main') ?? '')
    expect([tip?.message, tip?.tree.get('a.txt'), tip?.tree.get('b.txt')]).toEqual(['Do two (#2)', '1', '2'])
  })

  it('merged when the checks ended, however late somebody looks', async () => {
    const { number } = change('one', { 'a.txt': '1' })
    const began = hub.state.clock.now()
    hub.people.enqueue(repo, number, 'wendy')
    hub.pass(600_000)
    expect(hub.people.pull(repo, number).pull.mergedAt).toBe(began + 60_000)
  })

  it('takes out what is red, what conflicts and what is pushed to, and goes on with the rest', async () => {
    const [red, good, clash, moved] = [
      change('red', { 'a.txt': 'red' }),
      change('good', { 'a.txt': 'good' }),
      change('clash', { 'a.txt': 'clash' }),
      change('moved', { 'b.txt': 'moved' }),
    ]
    for (const { number } of [red, good, clash, moved]) hub.people.enqueue(repo, number, 'wendy')
    hub.people.failInQueue(repo, red.number)
    hub.people.pushToBranch(repo, 'moved', { author: 'wendy', message: 'more', files: { 'b.txt': 'm' } })
    hub.pass(240_000)
    const states = await Promise.all(
      [red, good, clash, moved].map(({ number }) => pull(number, 'state isInMergeQueue')),
    )
    expect(states.map(({ state, isInMergeQueue }) => [state, isInMergeQueue])).toEqual([
      ['OPEN', false],
      ['MERGED', false],
      ['OPEN', false],
      ['OPEN', false],
    ])
    const query =
      'timelineItems(first: 9, itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT]) { nodes { ... on RemovedFromMergeQueueEvent { reason } } }'
    const reasons = await Promise.all([red, clash, moved].map(({ number }) => pull(number, query)))
    expect(reasons.map(({ timelineItems }) => timelineItems.nodes)).toEqual([
      [{ reason: 'failed_checks' }],
      [{ reason: 'merge_conflict' }],
      [{ reason: 'branch_updated' }],
    ])
  })

  it('refuses another head, a second time, what lacks a review, and who cannot push', async () => {
    const { id, sha } = change('one', { 'a.txt': '1' })
    const refusal = async (variables: object, as = 'afk'): Promise<unknown> => {
      const { body } = await hub.graphql(enqueue, { as, variables: { id, ...variables } })
      return body.errors?.[0].type
    }
    hub.people.protect(repo, { requiredApprovals: 1 })
    expect(await refusal({ head: sha })).toBe('UNPROCESSABLE')
    hub.people.approve(repo, 1, 'mona')
    expect(await refusal({ head: '0'.repeat(40) })).toBe('UNPROCESSABLE')
    expect(await refusal({ head: sha }, 'rea')).toBe('FORBIDDEN')
    expect(await refusal({ head: sha })).toBeUndefined()
    expect(await refusal({ head: sha })).toBe('UNPROCESSABLE')
    expect(hub.people.dequeue(repo, 1, 'wendy')).toBe(true)
    hub.people.setQueue(repo, null)
    expect(await refusal({ head: sha })).toBe('UNPROCESSABLE')
  })
})

describe('what GraphQL shows of a pull request', () => {
  it('where it comes from and how it stands', async () => {
    const { number, sha } = change('afk/1-x', { 'a.txt': '1' })
    hub.people.protect(repo, { requiredChecks: ['test'] })
    const fields =
      'mergeable mergeStateStatus headRefName headRefOid headRef { name } isCrossRepository headRepository { nameWithOwner } baseRefName isDraft commits(last: 1) { nodes { commit { oid message statusCheckRollup { state } } } } files(first: 5) { nodes { path changeType } } autoMergeRequest { enabledAt } statusCheckRollup { state contexts(first: 9) { nodes { ... on CheckRun { name isRequired(pullRequestNumber: 1) } } } }'
    expect(await pull(number, 'mergeable mergeStateStatus')).toEqual({
      mergeable: 'UNKNOWN',
      mergeStateStatus: 'UNKNOWN',
    })
    expect(await pull(number, fields)).toEqual({
      mergeable: 'MERGEABLE',
      mergeStateStatus: 'BLOCKED',
      headRefName: 'afk/1-x',
      headRefOid: sha,
      headRef: { name: 'afk/1-x' },
      isCrossRepository: false,
      headRepository: { nameWithOwner: repo },
      baseRefName: 'main',
      isDraft: false,
      commits: { nodes: [{ commit: { oid: sha, message: 'Do afk/1-x', statusCheckRollup: null } }] },
      files: { nodes: [{ path: 'a.txt', changeType: 'MODIFIED' }] },
      autoMergeRequest: null,
      statusCheckRollup: null,
    })
    hub.people.pushToBranch(repo, 'afk/1-x', {
      author: 'wendy',
      message: 'more',
      files: { 'a.txt': '2' },
      ci: { checks: [{ name: 'test' }, { name: 'lint', conclusion: 'failure' }] },
    })
    await pull(number, 'mergeable')
    const { statusCheckRollup, mergeStateStatus } = await pull(number, fields)
    expect([mergeStateStatus, statusCheckRollup.state]).toEqual(['UNSTABLE', 'FAILURE'])
    expect(statusCheckRollup.contexts.nodes).toEqual([
      { name: 'test', isRequired: true },
      { name: 'lint', isRequired: false },
    ])
  })

  it('is found by branch, by prefix of branches and by commit', async () => {
    const { sha } = change('afk/1-x', { 'a.txt': '1' })
    change('afk/2-y', { 'b.txt': '1' })
    hub.people.closePull(repo, 2, 'ada')
    const query = `{ repository(owner: "acme", name: "shop") {
      byName: pullRequests(first: 5, headRefName: "afk/1-x", states: [OPEN, MERGED]) { nodes { number } }
      all: pullRequests(first: 5, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { number state } }
      refs(first: 5, refPrefix: "refs/heads/", query: "afk/1-") { nodes { name associatedPullRequests(first: 2) { nodes { number } } } }
      object(oid: "${sha}") { ... on Commit { associatedPullRequests(first: 2) { nodes { number } } } }
      squashMergeAllowed mergeQueue { id } viewerPermission
    } }`
    const { body } = await hub.graphql(query)
    expect(body.data.repository).toEqual({
      byName: { nodes: [{ number: 1 }] },
      all: {
        nodes: [
          { number: 2, state: 'CLOSED' },
          { number: 1, state: 'OPEN' },
        ],
      },
      refs: { nodes: [{ name: 'afk/1-x', associatedPullRequests: { nodes: [{ number: 1 }] } }] },
      object: { associatedPullRequests: { nodes: [{ number: 1 }] } },
      squashMergeAllowed: true,
      mergeQueue: null,
      viewerPermission: 'WRITE',
    })
  })

  it('is told in the timeline of the issue that it names, not among its events', async () => {
    hub.people.open(repo, { title: 'an issue', author: 'ada' })
    hub.people.pushToBranch(repo, 'fix', { author: 'wendy', message: 'x', files: { 'a.txt': 'x' } })
    hub.people.openPullRequest(repo, { title: 'PR', body: 'Refs #1', author: 'wendy', head: 'fix' })
    const query = `{ repository(owner: "acme", name: "shop") { issue(number: 1) { timelineItems(first: 5, itemTypes: [CROSS_REFERENCED_EVENT]) { nodes { ... on CrossReferencedEvent { actor { login } willCloseTarget source { ... on PullRequest { number headRefName } } } } } } } }`
    const { body } = await hub.graphql(query)
    expect(body.data.repository.issue.timelineItems.nodes).toEqual([
      { actor: { login: 'wendy' }, willCloseTarget: false, source: { number: 2, headRefName: 'fix' } },
    ])
    const input = { ...shop, issue_number: 1 }
    const { data } = await client('afk').issues.listEventsForTimeline(input)
    expect(data.map(({ event }) => event)).toEqual(['cross-referenced'])
    expect((await client('afk').issues.listEvents(input)).data).toEqual([])
  })

  it('says who closed and who merged it', async () => {
    const [one, two] = [change('one', { 'a.txt': '1' }), change('two', { 'b.txt': '2' })]
    hub.people.closePull(repo, one.number, 'ada')
    hub.people.mergeByHand(repo, two.number, 'mona', { method: 'squash' })
    const query =
      'timelineItems(last: 5, itemTypes: [CLOSED_EVENT, MERGED_EVENT]) { nodes { __typename ... on ClosedEvent { actor { login } stateReason } ... on MergedEvent { actor { login } commit { message } } } }'
    const [closed, merged] = [await pull(one.number, query), await pull(two.number, query)]
    expect(closed.timelineItems.nodes).toEqual([
      { __typename: 'ClosedEvent', actor: { login: 'ada' }, stateReason: null },
    ])
    expect(merged.timelineItems.nodes).toEqual([
      { __typename: 'MergedEvent', actor: { login: 'mona' }, commit: { message: 'Do two (#2)' } },
      { __typename: 'ClosedEvent', actor: { login: 'mona' }, stateReason: null },
    ])
  })
})

describe('merging by GraphQL', () => {
  it('takes the head that is meant, and refuses like REST does', async () => {
    const { id, sha } = change('one', { 'a.txt': '1' })
    const merge =
      'mutation ($id: ID!, $head: GitObjectID!) { mergePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head, mergeMethod: SQUASH, commitHeadline: "H", commitBody: "B" }) { pullRequest { state mergeCommit { message } } } }'
    const wrong = await hub.graphql(merge, { variables: { id, head: '1'.repeat(40) } })
    expect(wrong.body.errors[0]).toMatchObject({ type: 'UNPROCESSABLE', message: /Head branch was modified/ })
    const right = await hub.graphql(merge, { variables: { id, head: sha } })
    expect(right.body.data.mergePullRequest.pullRequest).toEqual({
      state: 'MERGED',
      mergeCommit: { message: 'H\n\nB' },
    })
  })

  it('by itself, once the rules are met', async () => {
    hub.people.setMerging(repo, { autoMerge: true })
    hub.people.protect(repo, { requiredApprovals: 1 })
    const { id, number } = change('one', { 'a.txt': '1' })
    const enable =
      'mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: SQUASH }) { pullRequest { autoMergeRequest { mergeMethod enabledBy { login } } } } }'
    const { body } = await hub.graphql(enable, { variables: { id } })
    expect(body.data.enablePullRequestAutoMerge.pullRequest.autoMergeRequest).toEqual({
      mergeMethod: 'SQUASH',
      enabledBy: { login: 'afk' },
    })
    expect((await pull(number, 'state')).state).toBe('OPEN')
    hub.people.approve(repo, number, 'mona')
    expect(await pull(number, 'state mergedBy { login }')).toEqual({ state: 'MERGED', mergedBy: { login: 'afk' } })
  })
})

describe('auto-merge before a queue', () => {
  it('goes into the queue when the rules are met', async () => {
    hub.people.setMerging(repo, { autoMerge: true })
    hub.people.protect(repo, { requiredApprovals: 1 })
    hub.people.setQueue(repo, { checkMs: 60_000 })
    const { id, number } = change('one', { 'a.txt': '1' })
    const enable =
      'mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { pullRequest { state } } }'
    await hub.graphql(enable, { variables: { id } })
    hub.people.approve(repo, number, 'mona')
    expect(await pull(number, 'state isInMergeQueue')).toEqual({ state: 'OPEN', isInMergeQueue: true })
    hub.pass(60_000)
    expect(await pull(number, 'state isInMergeQueue')).toEqual({ state: 'MERGED', isInMergeQueue: false })
  })
})

describe('a job that waits for people', () => {
  const ci = {
    checks: [
      { name: 'test', durationMs: 1_000 },
      { name: 'deploy', delayMs: 1_000, durationMs: 5_000, environment: 'production' },
    ],
  }

  function waiting(reviewers: string[], preventSelfReview = false): number {
    hub.people.addEnvironment(repo, { name: 'production', reviewers, preventSelfReview })
    hub.people.push(repo, { author: 'wendy', message: 'deploy me', files: { 'a.txt': '2' }, ci })
    hub.pass(1_000)
    return requireRepo(hub.state, repo).runs.at(-1)?.id ?? 0
  }

  const answer = (as: string, run_id: number, id: number, state: 'approved' | 'rejected' = 'approved') =>
    client(as).actions.reviewPendingDeploymentsForRun({ ...shop, run_id, environment_ids: [id], state, comment: 'go' })

  const words = async (run_id: number): Promise<unknown[]> => {
    const { data } = await client('afk').actions.getWorkflowRun({ ...shop, run_id })
    const jobs = await client('afk').actions.listJobsForWorkflowRun({ ...shop, run_id })
    return [data.status, data.conclusion, jobs.data.jobs.at(-1)?.status]
  }

  const deployment = async (): Promise<unknown> => {
    const { data } = await client('afk').repos.listDeployments({ ...shop, environment: 'production' })
    const [first] = data
    if (!first) return null
    const statuses = await client('afk').repos.listDeploymentStatuses({ ...shop, deployment_id: first.id })
    return statuses.data[0]?.state
  }

  it('runs once a reviewer has said yes', async () => {
    const run_id = waiting(['ada', 'afk'])
    expect([await words(run_id), await deployment()]).toEqual([['waiting', null, 'waiting'], 'waiting'])
    const { data } = await client('afk').actions.getPendingDeploymentsForRun({ ...shop, run_id })
    expect(data).toMatchObject([
      {
        environment: { name: 'production' },
        current_user_can_approve: true,
        reviewers: [{ type: 'User', reviewer: { login: 'ada' } }, { reviewer: { login: 'afk' } }],
      },
    ])
    const id = data[0]?.environment.id ?? 0
    expect(await statusOf(() => answer('afk', run_id, id))).toBe(200)
    expect([await words(run_id), await deployment()]).toEqual([['in_progress', null, 'in_progress'], 'in_progress'])
    expect(await statusOf(() => answer('afk', run_id, id))).toBe(422)
    hub.pass(5_000)
    expect([await words(run_id), await deployment()]).toEqual([['completed', 'success', 'completed'], 'success'])
    const { data: reviews } = await client('rea').actions.getReviewsForRun({ ...shop, run_id })
    expect(reviews.map(({ state, user, comment }) => [state, user.login, comment])).toEqual([['approved', 'afk', 'go']])
  })

  it('fails when it is rejected', async () => {
    const run_id = waiting(['ada'])
    expect(hub.people.answerDeployment(repo, run_id, 'ada', { environment: 'production', state: 'rejected' })).toBe(
      true,
    )
    expect([await words(run_id), await deployment()]).toEqual([['completed', 'failure', 'completed'], 'failure'])
  })

  it('asks only its reviewers, and not the one who began it where that is forbidden', async () => {
    const run_id = waiting(['wendy', 'ada'], true)
    const { data } = await client('afk').actions.getPendingDeploymentsForRun({ ...shop, run_id })
    const id = data[0]?.environment.id ?? 0
    expect(data[0]?.current_user_can_approve).toBe(false)
    for (const as of ['afk', 'wendy']) expect(await statusOf(() => answer(as, run_id, id))).toBe(422)
    const app = addApp(hub.state, { slug: 'robot', owner: 'acme' })
    const { token } = issueInstallationToken(hub.state, installApp(hub.state, app.slug, [repo]))
    const bot = new Octokit({
      auth: token,
      baseUrl: hub.server.url,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    })
    const input = { ...shop, run_id, environment_ids: [id], state: 'approved' as const, comment: '' }
    expect(await statusOf(() => bot.actions.reviewPendingDeploymentsForRun(input))).toBe(403)
    expect((await words(run_id))[0]).toBe('waiting')
  })

  it('runs at once where nobody is asked', async () => {
    const run_id = waiting([])
    expect(await words(run_id)).toEqual(['in_progress', null, 'in_progress'])
    expect((await client('afk').actions.getPendingDeploymentsForRun({ ...shop, run_id })).data).toEqual([])
  })
})
