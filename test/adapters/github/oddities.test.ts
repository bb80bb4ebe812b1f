import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import type { Seen } from './stub.ts'
import { sendJson, startStub } from './stub.ts'
import { connect, failureOf, labels } from './rig.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

async function stub(answer: (seen: Seen, response: ServerResponse) => void) {
  const server = await startStub(answer)
  stops.push(server.stop)
  return { ...server, hub: connect(server.url, { deadline: () => 3000 }) }
}

const repo = 'acme/shop'
const asked = ['acme/a', 'acme/b'].map((name) => ({ repo: name, labels }))

function aRepo(name: string) {
  const page = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } }
  return { nameWithOwner: name, defaultBranchRef: null, ready: page, locked: page, surprise: 'new field' }
}

describe('GraphQL answers', () => {
  it.each([
    ['NOT_FOUND', 'not-found'],
    ['FORBIDDEN', 'forbidden'],
    ['INSUFFICIENT_SCOPES', 'forbidden'],
    ['SOMETHING_NEW', 'contract'],
  ])('an error %s at an item is that item alone: %s', async (type, category) => {
    const { hub } = await stub((_, response) =>
      sendJson(response, {
        data: { item0: null, item1: aRepo('acme/b') },
        errors: [{ type, path: ['item0', 'issues'], message: 'text from outside' }],
      }),
    )
    const [first, second] = await hub.tracker.overview(asked)
    expect(first?.ok === false && first.error.category).toBe(category)
    expect(first?.ok === false && first.error.message).not.toContain('text from outside')
    expect(second?.ok).toBe(true)
  })

  it('does not take a rollup that it may not read for no checks', async () => {
    const { hub } = await stub((_, response) => {
      const base = { name: 'main', target: { oid: 'f'.repeat(40), statusCheckRollup: null } }
      sendJson(response, {
        data: { item0: { ...aRepo('acme/a'), defaultBranchRef: base } },
        errors: [{ type: 'FORBIDDEN', path: ['item0', 'defaultBranchRef', 'target', 'statusCheckRollup'] }],
      })
    })
    const [first] = await hub.tracker.overview(asked.slice(0, 1))
    expect(first?.ok === false && first.error.category).toBe('forbidden')
  })

  it('names a missing field and the shape of an item that does not parse', async () => {
    const { hub } = await stub((_, response) =>
      sendJson(response, { data: { item0: { nameWithOwner: 7, title: 'text from outside' }, item1: aRepo('acme/b') } }),
    )
    const [first, second] = await hub.tracker.overview(asked)
    const error = first?.ok === false ? first.error : null
    expect(error?.category).toBe('contract')
    expect(error?.message).toMatch(
      /of acme\/a: .*nameWithOwner: expected string.*got \{nameWithOwner: number, title: string\(17\)\}/,
    )
    expect(second?.ok).toBe(true)
  })

  it('does not take a result without an item that was asked for for a repo that is not there', async () => {
    const { hub } = await stub((_, response) => sendJson(response, { data: { item0: null } }))
    const [first, second] = await hub.tracker.overview(asked)
    expect(first?.ok === false && first.error.category).toBe('not-found')
    expect(second?.ok === false && second.error).toMatchObject({
      category: 'contract',
      message: expect.stringMatching(/of acme\/b: expected item1, got a GraphQL result without it/),
    })
  })

  it('is a contract error of the whole without data', async () => {
    const { hub } = await stub((_, response) =>
      sendJson(response, { errors: [{ message: 'text from outside', extensions: { code: 'undefinedField' } }] }),
    )
    const error = await failureOf(hub.tracker.overview(asked))
    expect(error.category).toBe('contract')
    expect(error.message).not.toContain('text from outside')
  })

  it.each([
    ['RATE_LIMITED', { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }],
    ['RATE_LIMIT', { errors: [{ type: 'RATE_LIMIT', message: 'API rate limit already exceeded' }] }],
    ['no type at all', { errors: [{ message: 'API rate limit exceeded for user ID 1.' }] }],
    ['a secondary limit', { errors: [{ message: 'You have exceeded a secondary rate limit.' }] }],
  ])('%s with status 200 is a limit', async (_, body) => {
    const { hub, seen } = await stub((_request, response) => sendJson(response, body, 200, { 'retry-after': '77' }))
    expect(await failureOf(hub.tracker.overview(asked))).toMatchObject({ category: 'rate', retryAfter: 77 })
    expect(seen).toHaveLength(1)
  })

  it('halves a query that GitHub gave up on with status 200', async () => {
    const { hub, seen } = await stub(({ body }, response) =>
      body.includes('item1:')
        ? sendJson(response, {
            errors: [{ message: 'Something went wrong while executing your query. Please include `x`' }],
          })
        : sendJson(response, { data: { item0: aRepo('acme/x') } }),
    )
    expect((await hub.tracker.overview(asked)).map(({ ok }) => ok)).toEqual([true, true])
    expect(seen).toHaveLength(3)
  })
})

describe('redirects', () => {
  it('to another host are not followed, by reads or writes: the token stays here', async () => {
    const elsewhere = await stub((_, response) => sendJson(response, {}))
    const { hub } = await stub((_, response) => sendJson(response, {}, 307, { location: `${elsewhere.url}/stolen` }))
    for (const ask of [hub.tracker.permission(repo, 'ada'), hub.tracker.close({ repo, number: 1 })]) {
      const error = await failureOf(ask)
      expect(error.category).toBe('refused')
      expect(error.message).toContain('another host')
    }
    expect(elsewhere.seen).toEqual([])
  })

  it.each([301, 307, 308])('%i on the same host repeat a write as it was', async (status) => {
    const { hub, seen } = await stub(({ path }, response) =>
      path.startsWith('/repositories')
        ? sendJson(response, { id: 5 }, 201)
        : sendJson(response, {}, status, { location: '/repositories/1/issues/1/comments' }),
    )
    expect(await hub.tracker.comment({ repo, number: 1 }, 'hello')).toBe(5)
    const [first, second] = seen
    expect([second?.method, second?.body]).toEqual([first?.method, first?.body])
    expect(second?.headers.authorization).toBe('Bearer token-afk')
  })

  it('in a circle end', async () => {
    const { hub, seen } = await stub((_, response) => sendJson(response, {}, 301, { location: '/round' }))
    expect((await failureOf(hub.tracker.permission(repo, 'ada'))).category).toBe('refused')
    expect(seen).toHaveLength(4)
  })
})

describe('addresses', () => {
  const answer = { data: { item0: { login: 'afk' } } }

  it.each([
    ['', '/graphql'],
    ['/', '/graphql'],
    ['/api/v3', '/api/graphql'],
  ])('under %j GraphQL is at %s', async (path, expected) => {
    const { url, seen } = await stub((_, response) => sendJson(response, answer))
    await connect(`${url}${path}`).tracker.self()
    expect(seen.map((each) => each.path)).toEqual([expected])
  })

  it('takes the one that it is given', async () => {
    const { url, seen } = await stub((_, response) => sendJson(response, answer))
    await connect('http://127.0.0.1:9', { graphqlUrl: `${url}/elsewhere` }).tracker.self()
    expect(seen.map((each) => each.path)).toEqual(['/elsewhere'])
  })
})

describe('headers', () => {
  it('name afk and carry the token as a bearer', async () => {
    const { hub, seen } = await stub((_, response) => sendJson(response, { data: { item0: { login: 'afk' } } }))
    await hub.tracker.self()
    expect(seen[0]?.headers['user-agent']).toMatch(/^afk\/test/)
    expect(seen[0]?.headers.authorization).toBe('Bearer token-afk')
  })

  it('give the storage of a log a name and no token', async () => {
    const storage = await stub((_, response) => response.end('one\ntwo\n'))
    const { hub } = await stub((_, response) => sendJson(response, {}, 302, { location: `${storage.url}/log?sig=1` }))
    const check = { name: 'test', kind: 'check-run', conclusion: 'failure', url: null, workflowRun: 1, job: 2 } as const
    expect(await hub.ci.logs(repo, [check], 1)).toEqual([{ name: 'test', text: 'two' }])
    expect(storage.seen.map(({ headers }) => headers.authorization)).toEqual([undefined])
    expect(storage.seen[0]?.headers['user-agent']).toBe('afk/test')
  })
})

describe('a comparison that GitHub cuts off at 300 files', () => {
  const files = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ filename: `f${String(from + index)}` }))

  it('is replaced by the files of its commits', async () => {
    const { hub } = await stub(({ path }, response) => {
      if (path.includes('/compare/')) {
        const page = Number(new URL(path, 'http://stub').searchParams.get('page'))
        const link = page === 1 ? { link: `<http://stub/?page=2>; rel="next"` } : {}
        return sendJson(
          response,
          { files: page === 1 ? files(0, 300) : [], commits: [{ sha: `c${String(page)}` }] },
          200,
          link,
        )
      }
      const last = { filename: '.github/new.yml', previous_filename: '.github/old.yml' }
      return sendJson(response, { files: path.includes('c1') ? files(0, 280) : [...files(200, 130), last] })
    })
    const names = await hub.ci.files(repo, 'head', 'base')
    expect(names).toHaveLength(332)
    expect(names).toEqual(expect.arrayContaining(['f329', '.github/new.yml', '.github/old.yml']))
  })
})

describe('other forms of an answer', () => {
  it('a file as an object with base64, from a server that drops the accept header', async () => {
    const content = Buffer.from('be kind\n').toString('base64')
    const { hub } = await stub((_, response) =>
      sendJson(response, { type: 'file', encoding: 'base64', name: 'afk.md', content: `${content}\n` }),
    )
    expect(await hub.tracker.file(repo, '.github/afk.md')).toBe('be kind\n')
  })

  it('an object that is no file is no text', async () => {
    const { hub } = await stub((_, response) => sendJson(response, { type: 'submodule' }))
    expect((await failureOf(hub.tracker.file(repo, '.github/afk.md'))).category).toBe('contract')
  })

  it('a permission without the name of a role, from an older server', async () => {
    const { hub } = await stub((_, response) => sendJson(response, { permission: 'write' }))
    expect(await hub.tracker.permission(repo, 'mona')).toEqual({ permission: 'write', role: 'write' })
  })

  it.each([
    ['no app', { performed_via_github_app: null }, null],
    ['an app without a slug', { performed_via_github_app: {} }, 'unnamed-app'],
  ])('a label event with %s', async (_, event, via) => {
    const { hub } = await stub((_request, response) => sendJson(response, [{ node_id: 'LE_1', ...event }]))
    expect(await hub.tracker.labelledVia(repo, 1, 'LE_1')).toBe(via)
  })

  it('a label event that does not say whether an app put it on proves nothing; the others may say what they like', async () => {
    const { hub } = await stub((_, response) =>
      sendJson(response, [{ node_id: 'LE_1' }, { node_id: 'LE_2', performed_via_github_app: null }]),
    )
    expect(await failureOf(hub.tracker.labelledVia(repo, 1, 'LE_1'))).toMatchObject({
      category: 'contract',
      message: expect.stringContaining('performed_via_github_app'),
    })
    expect(await hub.tracker.labelledVia(repo, 1, 'LE_2')).toBeNull()
  })
})

describe('a list', () => {
  const next = { link: '<https://example.com/?page=9>; rel="next"' }
  const pageOf = ({ path }: Seen) => Number(new URL(path, 'http://x').searchParams.get('page'))

  it('goes on behind an empty page', async () => {
    const { hub } = await stub((seen, response) => {
      const page = pageOf(seen)
      const events = page === 4 ? [{ node_id: 'LE_1', performed_via_github_app: null }] : []
      sendJson(response, page === 2 ? [{ node_id: 'LE_9' }] : events, 200, next)
    })
    expect(await hub.tracker.labelledVia(repo, 1, 'LE_1')).toBeNull()
  })

  it('of empty pages alone that says more follow ends', async () => {
    const { hub, seen } = await stub((_, response) => sendJson(response, [], 200, next))
    expect(await failureOf(hub.tracker.labelledVia(repo, 1, 'LE_1'))).toMatchObject({ category: 'contract' })
    expect(seen).toHaveLength(3)
  })

  it('of empty pages ends in an object, too', async () => {
    const { hub, seen } = await stub((_, response) =>
      sendJson(response, { total_count: 1, workflow_runs: [] }, 200, next),
    )
    expect(await failureOf(hub.pulls.waitingDeployments(repo, 'f'.repeat(40)))).toMatchObject({ category: 'contract' })
    expect(seen).toHaveLength(3)
  })
})
