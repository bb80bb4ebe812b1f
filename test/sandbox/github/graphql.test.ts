import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addApp, installApp, issueInstallationToken } from './state/apps.ts'
import { startHarness, type Harness } from './harness.ts'

let hub: Harness

beforeEach(async () => {
  hub = await startHarness()
})

afterEach(() => hub.server.close())

const repos = (count: number, inner: string): string =>
  `query { ${Array.from({ length: count }, (_, index) => `r${index}: repository(owner: "acme", name: "shop") { ${inner} }`).join('\n')} rateLimit { cost remaining nodeCount } }`

describe('points', () => {
  it.each([
    ['one viewer', '{ viewer { login } rateLimit { cost remaining nodeCount } }', 1, 0],
    [
      '50 repositories, two bare connections',
      repos(50, 'a: issues(first: 50) { totalCount } b: issues(first: 50) { totalCount }'),
      1,
      5_000,
    ],
    [
      '50 repositories, three inner connections',
      repos(
        50,
        'issues(first: 50) { nodes { labels(first: 10) { totalCount } comments(last: 5) { totalCount } timelineItems(first: 10) { totalCount } } }',
      ),
      75,
      65_000,
    ],
  ])('%s', async (_, query, cost, nodeCount) => {
    const { body } = await hub.graphql(query)
    expect(body.data.rateLimit).toEqual({ cost, nodeCount, remaining: 5_000 - cost })
    expect(hub.server.requests.at(-1)).toMatchObject({ operation: 'graphql', points: cost, status: 200 })
    expect(hub.server.violations).toEqual([])
  })

  it('count through variables and fragments, and not what is skipped', async () => {
    const query = `query ($n: Int!, $no: Boolean!) { repository(owner: "acme", name: "shop") { ...page more: issues(first: 100) @include(if: $no) { nodes { comments(first: 100) { totalCount } } } } rateLimit { cost nodeCount } }
      fragment page on Repository { issues(first: $n) { nodes { ... on Issue { comments(first: 100) { totalCount } } } } }`
    const { body } = await hub.graphql(query, { variables: { n: 100, no: false } })
    expect(body.data.rateLimit).toEqual({ cost: 1, nodeCount: 10_100 })
  })

  it('run out: an error in a 200, until the window is over', async () => {
    hub.server.rate.spend('afk', 'graphql', 5_000)
    const refused = await hub.graphql('{ viewer { login } }')
    expect([refused.status, refused.body.errors[0].type, refused.headers.get('x-ratelimit-remaining')]).toEqual([
      200,
      'RATE_LIMITED',
      '0',
    ])
    hub.pass(3_600_000)
    expect((await hub.graphql('{ viewer { login } }')).body.data.viewer.login).toBe('afk')
  })
})

describe('what GitHub refuses', () => {
  it.each([
    [
      'a connection without first or last',
      '{ repository(owner: "acme", name: "shop") { issues { totalCount } } }',
      'You must provide a `first` or `last`',
    ],
    [
      'more than 100',
      '{ repository(owner: "acme", name: "shop") { issues(first: 101) { totalCount } } }',
      'exceeds the `first` limit of 100',
    ],
    [
      'more than 500,000 nodes',
      '{ repository(owner: "acme", name: "shop") { issues(first: 100) { nodes { comments(first: 100) { nodes { userContentEdits(first: 100) { totalCount } } } } } } }',
      'exceeds the maximum limit of 500,000',
    ],
    ['a field that does not exist', '{ viewer { nickname } }', 'nickname'],
    ['a syntax error', '{ viewer { ', 'Syntax Error'],
    ['a field the sandbox does not resolve', '{ viewer { bio } }', 'does not resolve User.bio'],
  ])('%s', async (_, query, message) => {
    const { status, body } = await hub.graphql(query)
    expect([status, body.errors[0].message]).toEqual([200, expect.stringContaining(message)])
    expect(hub.server.violations).toHaveLength(1)
  })
})

describe('names', () => {
  it('a bot has [bot] in REST and as viewer, and not as an actor', async () => {
    addApp(hub.state, { slug: 'helper', owner: 'acme' })
    const { token } = issueInstallationToken(hub.state, installApp(hub.state, 'helper', ['acme/shop']))
    hub.people.open('acme/shop', { title: 'by a bot', author: 'helper[bot]' })
    const response = await fetch(hub.server.graphqlUrl, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({
        query:
          '{ viewer { login } repository(owner: "acme", name: "shop") { issue(number: 1) { author { __typename login } } } }',
      }),
    })
    expect(await response.json()).toEqual({
      data: {
        viewer: { login: 'helper[bot]' },
        repository: { issue: { author: { __typename: 'Bot', login: 'helper' } } },
      },
    })
    expect((await hub.rest('GET', '/repos/acme/shop/issues/1')).body.user).toMatchObject({
      login: 'helper[bot]',
      type: 'Bot',
    })
  })

  it('a renamed repository answers under its new name; REST redirects', async () => {
    hub.people.open('acme/shop', { title: 'one', author: 'rea' })
    hub.people.rename('acme/shop', 'acme/store')
    const query =
      '{ a: repository(owner: "ACME", name: "Shop") { nameWithOwner } b: repository(owner: "acme", name: "shop", followRenames: false) { nameWithOwner } }'
    expect((await hub.graphql(query)).body).toMatchObject({
      data: { a: { nameWithOwner: 'acme/store' }, b: null },
      errors: [{ type: 'NOT_FOUND', path: ['b'] }],
    })
    const moved = await hub.rest('GET', '/repos/acme/shop/issues/1?')
    expect(moved.status).toBe(301)
    const followed = await hub.rest('GET', (moved.headers.get('location') ?? '').slice(hub.server.url.length))
    expect([followed.status, followed.body.title]).toEqual([200, 'one'])
    expect((await hub.rest('POST', '/repos/acme/shop/issues/1/labels', { body: { labels: ['x'] } })).status).toBe(307)
    expect(hub.server.violations).toEqual([])
  })
})

describe('connections', () => {
  it('page forwards and backwards by cursor', async () => {
    for (let number = 1; number <= 5; number += 1) hub.people.open('acme/shop', { title: `n${number}`, author: 'rea' })
    const page = async (args: string) =>
      (
        await hub.graphql(
          `{ repository(owner: "acme", name: "shop") { issues(${args}) { nodes { number } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
        )
      ).body.data.repository.issues
    const numbers = (issues: { nodes: { number: number }[] }) => issues.nodes.map((node) => node.number)
    const first = await page('first: 2')
    expect([numbers(first), first.pageInfo.hasNextPage, first.pageInfo.hasPreviousPage]).toEqual([[1, 2], true, false])
    const second = await page(`first: 2, after: "${first.pageInfo.endCursor}"`)
    expect([numbers(second), second.pageInfo.hasPreviousPage]).toEqual([[3, 4], true])
    expect(numbers(await page(`first: 2, after: "${second.pageInfo.endCursor}"`))).toEqual([5])
    const last = await page('last: 2')
    expect(numbers(last)).toEqual([4, 5])
    expect(numbers(await page(`last: 2, before: "${last.pageInfo.startCursor}"`))).toEqual([2, 3])
    expect(numbers(await page('first: 1, orderBy: { field: CREATED_AT, direction: DESC }'))).toEqual([5])
  })
})
