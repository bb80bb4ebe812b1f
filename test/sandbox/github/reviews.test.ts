import { Octokit } from '@octokit/rest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startHarness, type Harness } from './harness.ts'
import { requireRepo } from './state/repos.ts'

const repo = 'acme/shop'
const shop = { owner: 'acme', repo: 'shop', pull_number: 1 }

let hub: Harness

beforeEach(async () => {
  hub = await startHarness()
  hub.people.push(repo, { author: 'ada', message: 'first', files: { 'a.txt': 'a', 'b.txt': 'b' } })
  hub.people.pushToBranch(repo, 'change', { author: 'wendy', message: 'one', files: { 'a.txt': '1' } })
  hub.people.openPullRequest(repo, { title: 'One', author: 'wendy', head: 'change' })
})

afterEach(async () => {
  await hub.server.close()
  expect(hub.server.violations).toEqual([])
})

function client(login: string): Octokit {
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  return new Octokit({ auth: `token-${login}`, baseUrl: hub.server.url, log })
}

const head = (): string => requireRepo(hub.state, repo).branches.get('change') ?? 'none'

async function statusOf(run: () => Promise<{ status: number }>): Promise<number> {
  try {
    return (await run()).status
  } catch (error) {
    return (error as { status: number }).status
  }
}

async function pull(fields: string, as = 'afk') {
  const query = `{ repository(owner: "acme", name: "shop") { pullRequest(number: 1) { ${fields} } } }`
  const { body } = await hub.graphql(query, { as })
  expect(body.errors).toBeUndefined()
  return body.data.repository.pullRequest
}

const review = (as: string, event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT', body = 'words') =>
  client(as).pulls.createReview({ ...shop, event, body })

describe('reviews', () => {
  it('carry who, what and for which head', async () => {
    await review('mona', 'REQUEST_CHANGES', 'no')
    await review('mona', 'APPROVE', '')
    await review('rea', 'COMMENT', 'hm')
    const { data } = await client('afk').pulls.listReviews(shop)
    expect(data.map((each) => [each.user?.login, each.state, each.body, each.commit_id === head()])).toEqual([
      ['mona', 'CHANGES_REQUESTED', 'no', true],
      ['mona', 'APPROVED', '', true],
      ['rea', 'COMMENTED', 'hm', true],
    ])
    const shown = await pull(
      'reviews(first: 9) { totalCount } latestReviews(first: 9) { nodes { author { login } state commit { oid } viewerDidAuthor } } latestOpinionatedReviews(first: 9, writersOnly: true) { nodes { state authorCanPushToRepository } }',
    )
    const commit = { oid: head() }
    expect(shown).toEqual({
      reviews: { totalCount: 3 },
      latestReviews: {
        nodes: [
          { author: { login: 'mona' }, state: 'APPROVED', commit, viewerDidAuthor: false },
          { author: { login: 'rea' }, state: 'COMMENTED', commit, viewerDidAuthor: false },
        ],
      },
      latestOpinionatedReviews: { nodes: [{ state: 'APPROVED', authorCanPushToRepository: true }] },
    })
  })

  it('of the own pull request, and of nothing to say, are refused', async () => {
    expect(await statusOf(() => review('wendy', 'APPROVE'))).toBe(422)
    expect(await statusOf(() => review('mona', 'REQUEST_CHANGES', ''))).toBe(422)
    expect(() => hub.people.approve(repo, 1, 'wendy')).toThrow('own pull request')
    expect((await client('afk').pulls.listReviews(shop)).data).toEqual([])
  })

  it('decide by those who can write, and only where one is required', async () => {
    const decision = async (): Promise<unknown> => (await pull('reviewDecision')).reviewDecision
    await review('mona', 'APPROVE')
    expect(await decision()).toBeNull()
    hub.people.protect(repo, { requiredApprovals: 2 })
    expect(await decision()).toBe('REVIEW_REQUIRED')
    await review('rea', 'APPROVE')
    expect(await decision()).toBe('REVIEW_REQUIRED')
    await review('ada', 'APPROVE')
    expect(await decision()).toBe('APPROVED')
    await review('afk', 'REQUEST_CHANGES')
    expect(await decision()).toBe('CHANGES_REQUESTED')
    const { data } = await client('afk').pulls.listReviews(shop)
    const last = data.at(-1)?.id ?? 0
    const dismissal = { ...shop, review_id: last, message: 'settled' }
    expect(await statusOf(() => client('rea').pulls.dismissReview(dismissal))).toBe(403)
    expect(await statusOf(() => client('ada').pulls.dismissReview(dismissal))).toBe(200)
    expect(await decision()).toBe('APPROVED')
  })

  it.each([
    [true, 'REVIEW_REQUIRED', 'DISMISSED'],
    [false, 'APPROVED', 'APPROVED'],
  ])('after a push, dismissStale %s', async (dismissStale, decision, state) => {
    hub.people.protect(repo, { requiredApprovals: 1, dismissStale })
    await review('mona', 'APPROVE')
    const before = head()
    hub.people.pushToBranch(repo, 'change', { author: 'wendy', message: 'two', files: { 'b.txt': '2' } })
    expect((await pull('reviewDecision')).reviewDecision).toBe(decision)
    const { data } = await client('afk').pulls.listReviews(shop)
    expect(data.map((each) => [each.state, each.commit_id])).toEqual([[state, before]])
    const events = await client('afk').issues.listEvents({ owner: 'acme', repo: 'shop', issue_number: 1 })
    expect(events.data.map(({ event }) => event)).toEqual(dismissStale ? ['review_dismissed'] : [])
  })
})

const threads =
  'reviewThreads(first: 9) { nodes { id isResolved isOutdated path line originalLine viewerCanResolve resolvedBy { login } comments(first: 9) { nodes { databaseId body author { login } createdAt replyTo { databaseId } } } } }'

describe('review threads', () => {
  const reply =
    'mutation ($id: ID!, $body: String!) { addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $id, body: $body }) { comment { body author { login } } } }'
  const resolve =
    'mutation ($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { isResolved resolvedBy { login } } } }'

  it('are started, answered through both APIs and resolved', async () => {
    const { data: comment } = await client('mona').pulls.createReviewComment({
      ...shop,
      body: 'why?',
      commit_id: head(),
      path: 'a.txt',
      line: 3,
    })
    const answer = await client('afk').pulls.createReplyForReviewComment({
      ...shop,
      comment_id: comment.id,
      body: 'because',
    })
    expect([answer.status, answer.data.in_reply_to_id]).toEqual([201, comment.id])
    const [thread] = (await pull(threads)).reviewThreads.nodes
    const said = await hub.graphql(reply, { variables: { id: thread.id, body: 'see also' } })
    expect(said.body.data.addPullRequestReviewThreadReply.comment).toEqual({
      body: 'see also',
      author: { login: 'afk' },
    })
    const done = await hub.graphql(resolve, { variables: { id: thread.id } })
    expect(done.body.data.resolveReviewThread.thread).toEqual({ isResolved: true, resolvedBy: { login: 'afk' } })
    const [shown] = (await pull(threads)).reviewThreads.nodes
    expect(shown).toMatchObject({
      isResolved: true,
      isOutdated: false,
      path: 'a.txt',
      line: 3,
      viewerCanResolve: false,
    })
    expect(shown.comments.nodes.map((each: { body: string }) => each.body)).toEqual(['why?', 'because', 'see also'])
    expect((await client('afk').pulls.listReviewComments(shop)).data.map(({ path, line }) => [path, line])).toEqual([
      ['a.txt', 3],
      ['a.txt', 3],
      ['a.txt', 3],
    ])
    expect((await client('afk').pulls.listReviews(shop)).data.map(({ state, user }) => [state, user?.login])).toEqual([
      ['COMMENTED', 'mona'],
      ['COMMENTED', 'afk'],
      ['COMMENTED', 'afk'],
    ])
  })

  it('are outdated by a push that changes the file, and can be opened again', async () => {
    const { id, nodeId } = hub.people.reviewThread(repo, 1, 'mona', { path: 'a.txt', line: 1, body: 'why?' })
    hub.people.resolve(repo, 1, id, 'wendy')
    hub.people.unresolve(repo, 1, id)
    hub.people.pushToBranch(repo, 'change', { author: 'wendy', message: 'two', files: { 'a.txt': '2' } })
    hub.people.replyInThread(repo, 1, id, 'rea', 'me too')
    const [shown] = (await pull(threads)).reviewThreads.nodes
    expect(shown).toMatchObject({ id: nodeId, isResolved: false, isOutdated: true, line: null, originalLine: 1 })
    const [first] = (await client('afk').pulls.listReviewComments(shop)).data
    expect([first?.line, first?.original_line]).toEqual([null, 1])
  })

  it('are resolved by the author and by who can write, seen by who can read', async () => {
    const { nodeId } = hub.people.reviewThread(repo, 1, 'mona', { path: 'a.txt', body: 'why?' })
    const refused = await hub.graphql(resolve, { as: 'rea', variables: { id: nodeId } })
    expect([refused.status, refused.body.errors[0].type]).toEqual([200, 'FORBIDDEN'])
    requireRepo(hub.state, repo).private = true
    const hidden = await hub.graphql(resolve, { as: 'stranger', variables: { id: nodeId } })
    expect(hidden.body.errors[0].type).toBe('NOT_FOUND')
    requireRepo(hub.state, repo).private = false
    const own = await hub.graphql(resolve, { as: 'wendy', variables: { id: nodeId } })
    expect(own.body.data.resolveReviewThread.thread.isResolved).toBe(true)
  })

  it('take no answer to an answer', async () => {
    const { comments } = hub.people.reviewThread(repo, 1, 'mona', { path: 'a.txt', body: 'why?' })
    const first = comments[0]?.id ?? 0
    const say = (comment_id: number) =>
      client('afk').pulls.createReplyForReviewComment({ ...shop, comment_id, body: 'x' })
    const { data } = await say(first)
    expect([await statusOf(() => say(data.id)), await statusOf(() => say(1))]).toEqual([422, 404])
  })
})

describe('reactions', () => {
  it('are one of a kind for each person, on comments of issues and reviews', async () => {
    const { id } = hub.people.comment(repo, 1, '/afk approve', 'mona')
    const { comments } = hub.people.reviewThread(repo, 1, 'mona', { path: 'a.txt', body: 'why?' })
    const react = () =>
      client('afk').reactions.createForIssueComment({ owner: 'acme', repo: 'shop', comment_id: id, content: 'eyes' })
    expect([await statusOf(react), await statusOf(react)]).toEqual([201, 200])
    const onReview = { owner: 'acme', repo: 'shop', comment_id: comments[0]?.id ?? 0, content: 'rocket' } as const
    expect(await statusOf(() => client('afk').reactions.createForPullRequestReviewComment(onReview))).toBe(201)
    const shown = await pull(
      'comments(first: 1) { nodes { reactionGroups { content viewerHasReacted users(first: 1) { totalCount } } } }',
    )
    const groups = shown.comments.nodes[0].reactionGroups as { content: string; viewerHasReacted: boolean }[]
    expect(groups.filter((group) => group.viewerHasReacted)).toEqual([
      { content: 'EYES', viewerHasReacted: true, users: { totalCount: 1 } },
    ])
    const add =
      'mutation ($id: ID!) { addReaction(input: { subjectId: $id, content: THUMBS_UP }) { reaction { content user { login } } } }'
    const comment = requireRepo(hub.state, repo).issues[0]?.comments[0]
    const { body } = await hub.graphql(add, { variables: { id: comment?.nodeId } })
    expect(body.data.addReaction.reaction).toEqual({ content: 'THUMBS_UP', user: { login: 'afk' } })
    expect(comment?.reactions.map(({ content, user }) => [content, user])).toEqual([
      ['eyes', 'afk'],
      ['+1', 'afk'],
    ])
  })
})

it('every read of a pull request satisfies the description', async () => {
  const { people } = hub
  people.requestReview(repo, 1, 'ada')
  const answer = await client('afk').pulls.requestReviewers({ ...shop, reviewers: ['mona'] })
  expect(answer.data.requested_reviewers?.map(({ login }) => login)).toEqual(['ada', 'mona'])
  const { id } = people.requestChanges(repo, 1, 'mona', 'no')
  people.dismissReview(repo, 1, id, 'ada')
  const { comments } = people.reviewThread(repo, 1, 'rea', { path: 'b.txt', body: 'of the file' })
  const comment = comments[0]?.id ?? 0
  people.setDraft(repo, 1, true, 'wendy')
  people.setDraft(repo, 1, false, 'wendy')
  people.forcePush(repo, {
    branch: 'change',
    to: people.pushToBranch(repo, 'x', { author: 'wendy', message: 'x', files: { 'x.txt': 'x' } }),
    pusher: 'wendy',
  })
  people.setQueue(repo, {})
  people.enqueue(repo, 1, 'wendy')
  people.dequeue(repo, 1, 'wendy')
  people.setQueue(repo, null)
  people.mergeByHand(repo, 1, 'mona')
  people.deleteBranch(repo, 'change', 'mona')
  const tip = requireRepo(hub.state, repo).branches.get('main') ?? 'none'
  const base = `/repos/${repo}`
  const paths = [
    `${base}/pulls?state=all&base=main&sort=updated&direction=asc`,
    `${base}/pulls/1`,
    `${base}/pulls/1/commits`,
    `${base}/pulls/1/files`,
    `${base}/pulls/1/reviews`,
    `${base}/pulls/1/reviews/${id}`,
    `${base}/pulls/1/comments`,
    `${base}/pulls/comments/${comment}`,
    `${base}/pulls/comments/${comment}/reactions`,
    `${base}/issues?state=all`,
    `${base}/issues/1`,
    `${base}/issues/1/events`,
    `${base}/issues/1/timeline`,
    `${base}/commits/${tip}/pulls`,
    `${base}/rules/branches/main`,
    `${base}/git/matching-refs/heads/`,
  ]
  for (const path of paths) expect([path, (await hub.rest('GET', path)).status]).toEqual([path, 200])
  const { body } = await hub.rest('GET', `${base}/issues/1/timeline`)
  expect(new Set(body.map(({ event }: { event: string }) => event))).toEqual(
    new Set([
      'reviewed',
      'review_dismissed',
      'convert_to_draft',
      'ready_for_review',
      'head_ref_force_pushed',
      'added_to_merge_queue',
      'removed_from_merge_queue',
      'merged',
      'closed',
      'referenced',
      'head_ref_deleted',
    ]),
  )
})
