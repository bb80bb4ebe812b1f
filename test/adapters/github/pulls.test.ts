import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Pull } from '../../../src/core/pull-model.ts'
import { requireRepo } from '../../sandbox/github/state/repos.ts'
import { connect, failureOf, shop, startRig, type Rig } from './rig.ts'
import { sendJson, startStub, type Seen } from './stub.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function stub(answer: (seen: Seen, response: ServerResponse) => void) {
  const server = await startStub(answer)
  stops.push(server.stop)
  const { pulls } = connect(server.url, { deadline: () => 3000 })
  return { ...server, pulls }
}

/** Answers every query with this repository as its one item. */
const graphql = (repository: unknown, more: object = {}) =>
  stub((_, response) => sendJson(response, { data: { item0: repository }, ...more }))

const page = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } }
const shown = {
  number: 2,
  url: 'https://github.com/acme/shop/pull/2',
  title: 'A title',
  state: 'OPEN',
  isDraft: false,
  isCrossRepository: false,
  createdAt: '2026-01-05T09:00:00Z',
  headRefName: 'afk/1-a',
  headRefOid: 'a'.repeat(40),
  baseRefName: 'main',
  mergeCommit: null,
  mergedBy: null,
  mergeable: 'MERGEABLE',
  mergeStateStatus: 'CLEAN',
  reviewDecision: null,
  isInMergeQueue: false,
  isMergeQueueEnabled: false,
  commits: { nodes: [] },
  timelineItems: { nodes: [] },
  comments: page,
  latestOpinionatedReviews: page,
  reviewThreads: page,
}
const methods = { squashMergeAllowed: true, mergeCommitAllowed: false, rebaseMergeAllowed: false }
const withPull = (more: object = {}) => ({ ...methods, pullRequest: { ...shown, ...more } })

const how = { head: 'a'.repeat(40), method: 'squash', title: 'Title', message: 'Message' } as const
const standing = { id: 'PR_1', baseRef: { refUpdateRule: null }, ...shown }

describe('view', () => {
  it.each<[string, object, Partial<Pull>]>([
    ['a state that it does not know decides nothing', { state: 'LOCKED' }, { state: 'closed' }],
    ['a merge state that it does not know', { mergeStateStatus: 'ON_FIRE' }, { mergeState: 'unknown' }],
    ['a mergeability that it does not know', { mergeable: 'PERHAPS' }, { mergeable: 'unknown' }],
    ['a decision that it does not know', { reviewDecision: 'SHRUG' }, { reviewDecision: 'none' }],
    ['hooks that the server runs', { mergeStateStatus: 'HAS_HOOKS' }, { mergeState: 'clean' }],
    [
      'GitHub’s word for a draft, until it is gone',
      { isDraft: true, mergeStateStatus: 'DRAFT' },
      { mergeState: 'draft' },
    ],
    ['a draft that is blocked', { isDraft: true, mergeStateStatus: 'BLOCKED' }, { mergeState: 'draft' }],
    ['a draft in conflict', { isDraft: true, mergeStateStatus: 'DIRTY' }, { mergeState: 'conflicting' }],
    ['reviews that are not told', { latestOpinionatedReviews: null }, { reviews: [] }],
  ])('%s', async (_, more, expected) => {
    const { pulls } = await graphql(withPull(more))
    expect(await pulls.view(shop, 2)).toMatchObject(expected)
  })

  it('knows a bot by the author of its commit', async () => {
    const commit = (oid: string, author: unknown) => ({ commit: { oid, message: 'm', url: 'u', author } })
    const nodes = [
      commit('1', { user: { login: 'afk-agent[bot]' } }),
      commit('2', { user: { login: 'wendy' } }),
      commit('3', { user: null }),
      commit('4', null),
    ]
    const { pulls } = await graphql(withPull({ commits: { nodes } }))
    expect((await pulls.view(shop, 2)).commits.map(({ author }) => author)).toEqual([
      null,
      null,
      { login: 'wendy', kind: 'user' },
      { login: 'afk-agent', kind: 'bot' },
    ])
  })

  it('leaves out a review that is dismissed, pending or of a kind that it does not know', async () => {
    const review = (state: string, submittedAt: string | null = '2026-01-05T09:00:00Z') => ({
      state,
      author: { __typename: 'User', login: 'mona' },
      commit: null,
      submittedAt,
    })
    const nodes = [review('DISMISSED'), review('PENDING', null), review('APPROVED', null), review('APPLAUDED')]
    const { pulls } = await graphql(
      withPull({ latestOpinionatedReviews: { ...page, nodes: [...nodes, review('APPROVED')] } }),
    )
    expect((await pulls.view(shop, 2)).reviews).toMatchObject([{ state: 'approved', commit: null }])
  })

  it.each([
    ['without a head', withPull({ headRefOid: null }), 'pullRequest.headRefOid: expected string'],
    ['without conversations', withPull({ reviewThreads: null }), 'pullRequest.reviewThreads: expected object'],
    ['with a time that is none', withPull({ createdAt: 'text from outside' }), 'pullRequest.createdAt'],
    ['without what the repo allows', { pullRequest: shown }, 'squashMergeAllowed: expected boolean'],
  ])('is a contract error that quotes nothing, %s', async (_, repository, words) => {
    const { pulls } = await graphql(repository)
    const error = await failureOf(pulls.view(shop, 2))
    expect(error).toMatchObject({ port: 'tracker', operation: 'view', category: 'contract' })
    expect(error.message).toContain(words)
    expect(error.message).not.toContain('text from outside')
  })

  it('reads reviews by REST where the server does not answer each reviewer’s newest', async () => {
    const review = (login: string, state: string, second: number, more: object = {}) => ({
      user: { login, type: 'User' },
      state,
      commit_id: 'a'.repeat(40),
      submitted_at: `2026-01-05T09:00:0${String(second)}Z`,
      ...more,
    })
    const reviews = [
      review('mona', 'CHANGES_REQUESTED', 1),
      review('ada', 'APPROVED', 2),
      review('mona', 'APPROVED', 3, { commit_id: null }),
      review('mona', 'COMMENTED', 4),
      review('wendy', 'APPROVED', 5),
      review('wendy', 'DISMISSED', 6),
      review('tri', 'PENDING', 7, { submitted_at: null }),
      review('ghost', 'APPROVED', 8, { user: null }),
    ]
    const { pulls, seen } = await stub((asked, response) =>
      sendJson(
        response,
        asked.path === '/graphql' ? { data: { item0: withPull({ latestOpinionatedReviews: null }) } } : reviews,
      ),
    )
    const at = (second: number) => Date.parse(`2026-01-05T09:00:0${String(second)}Z`)
    expect((await pulls.view(shop, 2)).reviews).toEqual([
      { author: { login: 'mona', kind: 'user' }, state: 'approved', commit: null, at: at(3) },
      { author: { login: 'ada', kind: 'user' }, state: 'approved', commit: 'a'.repeat(40), at: at(2) },
    ])
    expect(seen.map(({ path }) => path.split('?')[0])).toEqual(['/graphql', '/repos/acme/shop/pulls/2/reviews'])
  })

  it('believes nothing of an answer that hides a part', async () => {
    const { pulls } = await graphql(withPull({ latestOpinionatedReviews: null }), {
      errors: [{ type: 'FORBIDDEN', path: ['item0', 'pullRequest', 'latestOpinionatedReviews'] }],
    })
    expect((await failureOf(pulls.view(shop, 2))).category).toBe('forbidden')
  })
})

describe('list', () => {
  const entry = {
    number: 2,
    state: 'open',
    merged_at: null,
    created_at: '2026-01-05T09:00:00Z',
    head: { ref: 'afk/1-a', repo: { id: 7 } },
    base: { repo: { id: 7 } },
  }
  const asked = { since: 0, prefix: 'afk/' }

  it('takes a state that it does not know for closed', async () => {
    const { pulls } = await stub((_, response) => sendJson(response, [{ ...entry, state: 'archived' }]))
    expect(await pulls.list(shop, asked)).toMatchObject([{ state: 'closed', sameRepo: true }])
  })

  it.each([
    ['no list', { message: 'text from outside' }],
    ['without a branch', [{ ...entry, head: { repo: null } }]],
    ['without the time of its opening', [{ ...entry, created_at: null }]],
  ])('is a contract error with %s', async (_, body) => {
    const { pulls } = await stub((__, response) => sendJson(response, body))
    const error = await failureOf(pulls.list(shop, asked))
    expect(error).toMatchObject({ operation: 'list', category: 'contract' })
    expect(error.message).not.toContain('text from outside')
  })
})

describe('files', () => {
  it('refuses a list that GitHub has cut off: protected paths are judged by it', async () => {
    const { pulls, seen } = await stub(({ path }, response) => {
      const number = Number(new URL(path, 'http://x').searchParams.get('page'))
      const names = Array.from({ length: 100 }, (_, index) => ({ filename: `f${String(number)}-${String(index)}` }))
      const next = number < 30 ? { link: `<http://x/?page=${String(number + 1)}>; rel="next"` } : {}
      sendJson(response, names, 200, next)
    })
    const error = await failureOf(pulls.files(shop, 2))
    expect(error).toMatchObject({ operation: 'files', category: 'refused' })
    expect(error.message).toContain('no more than 3000 files')
    expect(seen).toHaveLength(30)
  })
})

describe('merge', () => {
  /** Looks, writes (a PUT or a mutation), and looks again where that failed. */
  const merging = (write: (response: ServerResponse) => void, looks: readonly object[] = [standing]) => {
    const left = [...looks]
    return stub(({ method, body }, response) => {
      if (method === 'PUT' || body.includes('mutation')) return write(response)
      const pullRequest = left.length > 1 ? left.shift() : left[0]
      return sendJson(response, { data: { item0: { pullRequest } } })
    })
  }
  const writes = (seen: readonly Seen[]) =>
    seen.filter(({ method, body }) => method === 'PUT' || body.includes('mutation'))

  it('sends the head that is meant, the method and the words; a rebase has none', async () => {
    const { pulls, seen } = await merging((response) => sendJson(response, { sha: 'b', merged: true, message: 'ok' }))
    await pulls.merge(shop, 2, how)
    await pulls.merge(shop, 2, { ...how, method: 'rebase' })
    const common = { sha: how.head }
    expect(writes(seen).map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { ...common, merge_method: 'squash', commit_title: 'Title', commit_message: 'Message' },
      { ...common, merge_method: 'rebase' },
    ])
  })

  it.each([
    [405, 'refused'],
    [409, 'conflict'],
    [403, 'forbidden'],
    [404, 'forbidden'],
    [422, 'refused'],
    [418, 'contract'],
  ])('sorts a %i, once nothing is seen of it, and writes once', async (status, category) => {
    const { pulls, seen } = await merging((response) => sendJson(response, { message: 'text from outside' }, status))
    const error = await failureOf(pulls.merge(shop, 2, how))
    expect(error).toMatchObject({ operation: 'merge', category })
    expect(error.message).not.toContain('text from outside')
    expect(writes(seen)).toHaveLength(1)
    expect(seen).toHaveLength(3)
  })

  it.each([
    ['Base branch was modified. Review and try the merge again.', 'conflict'],
    ['Merge already in progress', 'conflict'],
    ['At least 1 approving review is required by reviewers with write access.', 'refused'],
    ['Pull Request is not mergeable', 'refused'],
  ])('tells a 405 of a lost race from one that stays, by its words: %s', async (message, category) => {
    const { pulls } = await merging((response) => sendJson(response, { message }, 405))
    const error = await failureOf(pulls.merge(shop, 2, how))
    expect(error).toMatchObject({ operation: 'merge', category, status: 405 })
    expect(error.message).not.toContain(message)
  })

  it.each([
    ['merged', { state: 'MERGED' }],
    ['queued', { isInMergeQueue: true }],
  ])('is %s when that is seen after an answer that says otherwise', async (done, more) => {
    const after = { ...standing, ...more }
    const { pulls, seen } = await merging((response) => response.destroy(), [standing, after])
    expect(await pulls.merge(shop, 2, how)).toBe(done)
    expect(writes(seen)).toHaveLength(1)
  })

  it.each([{}, { merged: false }, { data: { merged: true } }])('does not take %j for a merge', async (body) => {
    const { pulls } = await merging((response) => sendJson(response, body))
    expect((await failureOf(pulls.merge(shop, 2, how))).category).toBe('contract')
  })

  it.each([
    ['a review that is required, though it is called clean', { reviewDecision: 'REVIEW_REQUIRED' }],
    ['changes that are requested', { reviewDecision: 'CHANGES_REQUESTED' }],
    ['a state that it does not know', { mergeStateStatus: 'ON_FIRE' }],
    ['a draft', { isDraft: true }],
  ])('writes nothing with %s', async (_, more) => {
    const { pulls, seen } = await merging(() => {}, [{ ...standing, ...more }])
    expect((await failureOf(pulls.merge(shop, 2, how))).category).toBe('refused')
    expect(writes(seen)).toEqual([])
  })

  it('does without the rules of a branch that this token may not read', async () => {
    const { pulls } = await stub(({ method }, response) =>
      method === 'PUT'
        ? sendJson(response, { merged: true })
        : sendJson(response, {
            data: { item0: { pullRequest: standing } },
            errors: [{ type: 'FORBIDDEN', path: ['item0', 'pullRequest', 'baseRef', 'refUpdateRule'] }],
          }),
    )
    expect(await pulls.merge(shop, 2, { ...how, method: 'merge' })).toBe('merged')
  })

  it.each([
    ['FORBIDDEN', 'forbidden'],
    ['INSUFFICIENT_SCOPES', 'forbidden'],
    ['UNPROCESSABLE', 'refused'],
    ['SOMETHING_NEW', 'refused'],
    ['NOT_FOUND', 'forbidden'],
  ])('sorts what the queue answers: %s', async (type, category) => {
    const refusal = { data: { enqueuePullRequest: null }, errors: [{ type, message: 'text from outside' }] }
    const queue = [{ ...standing, isMergeQueueEnabled: true }]
    const { pulls, seen } = await merging((response) => sendJson(response, refusal), queue)
    const error = await failureOf(pulls.merge(shop, 2, how))
    expect(error).toMatchObject({ operation: 'merge', category })
    expect(error.message).not.toContain('text from outside')
    expect(writes(seen)).toHaveLength(1)
  })

  it.each([{}, { data: null }, { data: { enqueuePullRequest: null } }])(
    'does not take %j for a place in the queue',
    async (body) => {
      const queue = [{ ...standing, isMergeQueueEnabled: true }]
      const { pulls } = await merging((response) => sendJson(response, body), queue)
      expect((await failureOf(pulls.merge(shop, 2, how))).category).toBe('contract')
    },
  )
})

describe('what it says and does', () => {
  it.each([
    ['comments', [{ id: 'text from outside' }]],
    ['react', { content: 'text from outside' }],
    ['waitingDeployments', { total_count: 0 }],
    ['decideDeployment', { message: 'text from outside' }],
  ] as const)('%s with an answer of another form is a contract error', async (operation, body) => {
    const { pulls } = await stub(({ method, path }, response) => {
      if (path.endsWith('/graphql'))
        return sendJson(response, { data: { item0: { login: 'afk' }, viewer: { login: 'afk' } } })
      // What still waits, asked for after the decision failed.
      const waits = [{ environment: { id: 1, name: 'prod' }, current_user_can_approve: true }]
      return sendJson(response, method === 'GET' && path.includes('pending') ? waits : body)
    })
    const call = {
      comments: () => pulls.comments(shop, 1),
      react: () => pulls.react(shop, 1, 'eyes'),
      waitingDeployments: () => pulls.waitingDeployments(shop, how.head),
      decideDeployment: () => pulls.decideDeployment(shop, 1, [1], { state: 'approved', comment: 'c' }),
    }
    const error = await failureOf(call[operation]())
    expect(error).toMatchObject({ port: 'tracker', operation, category: 'contract' })
    expect(error.message).not.toContain('text from outside')
  })

  it('sends no answer into a conversation twice, and takes none without a result for sent', async () => {
    const { pulls, seen } = await stub((_, response) =>
      sendJson(response, { data: { addPullRequestReviewThreadReply: null } }),
    )
    expect((await failureOf(pulls.replyToThread(shop, 2, 'PRRT_1', 'text'))).category).toBe('contract')
    expect(seen).toHaveLength(1)
  })
})

describe('requests', () => {
  let rig: Rig
  beforeEach(async () => void (rig = await startRig({})))
  afterEach(() => rig.stop())

  it('a view is one query of one point, whatever is in it', async () => {
    rig.people.push(shop, { author: 'wendy', message: 'first', files: ['a.txt'] })
    rig.people.pushToBranch(shop, 'afk/1-a', { author: 'wendy', message: 'm', files: ['b.txt'] })
    const { number } = rig.people.openPullRequest(shop, { title: 't', author: 'wendy', head: 'afk/1-a' }).issue
    for (let turn = 0; turn < 40; turn += 1) {
      rig.people.comment(shop, number, 'text', 'mona')
      rig.people.reviewThread(shop, number, 'mona', { path: 'b.txt', body: 'why?' })
    }
    await rig.hub.pulls.view(shop, number)
    const taken = rig.taken()
    expect(taken.map(({ operation }) => operation)).toEqual(['graphql'])
    expect(taken[0]?.points).toBe(1)
  })

  it('a merge is a look and a write', async () => {
    rig.people.push(shop, { author: 'wendy', message: 'first', files: ['a.txt'] })
    rig.people.pushToBranch(shop, 'afk/1-a', { author: 'wendy', message: 'm', files: ['b.txt'] })
    const { issue, pull } = rig.people.openPullRequest(shop, { title: 't', author: 'wendy', head: 'afk/1-a' })
    await rig.hub.pulls.view(shop, issue.number)
    rig.taken()
    await rig.hub.pulls.merge(shop, issue.number, { ...how, head: pull.headSha })
    expect(rig.taken().map(({ operation }) => operation)).toEqual(['graphql', 'pulls/merge'])
    expect(requireRepo(rig.state, shop).branches.get('main')).toBe(pull.mergeCommitSha)
  })
})
