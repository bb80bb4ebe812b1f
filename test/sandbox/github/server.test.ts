import { Octokit } from '@octokit/rest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startHarness, type Harness } from './harness.ts'
import type { FaultKind } from './http/faults.ts'

let hub: Harness

beforeEach(async () => {
  hub = await startHarness()
  hub.people.open('acme/shop', { title: 'one', author: 'rea' })
})

afterEach(() => hub.server.close())

const ask = () => hub.rest('GET', '/repos/acme/shop/issues/1')

describe('octokit', () => {
  it('pages, follows a rename and reads GraphQL', async () => {
    for (let number = 2; number <= 5; number += 1) hub.people.open('acme/shop', { title: `n${number}`, author: 'rea' })
    const octokit = new Octokit({ auth: 'token-afk', baseUrl: hub.server.url })
    const place = { owner: 'acme', repo: 'shop' }
    const all = await octokit.paginate(octokit.rest.issues.listForRepo, { ...place, state: 'all', per_page: 2 })
    expect(all.map((issue) => issue.number)).toEqual([5, 4, 3, 2, 1])
    hub.people.rename('acme/shop', 'acme/store')
    await octokit.rest.issues.addLabels({ ...place, issue_number: 1, labels: ['x'] })
    const { data } = await octokit.rest.issues.get({ ...place, issue_number: 1 })
    expect(data.labels).toMatchObject([{ name: 'x' }])
    expect(await octokit.graphql('{ viewer { login } }')).toEqual({ viewer: { login: 'afk' } })
    expect(hub.server.violations).toEqual([])
  })
})

describe('headers', () => {
  it('carry the sandbox’s clock, the quota and the scopes', async () => {
    hub.pass(1_000)
    const { headers } = await ask()
    expect(headers.get('date')).toBe('Mon, 05 Jan 2026 09:00:01 GMT')
    expect(headers.get('x-oauth-scopes')).toBe('repo, workflow')
    const used = Number(headers.get('x-ratelimit-used'))
    expect(Number(headers.get('x-ratelimit-remaining'))).toBe(5_000 - used)
    expect(Number((await ask()).headers.get('x-ratelimit-used'))).toBe(used + 1)
  })

  it('a spent quota is 403 with remaining 0', async () => {
    hub.server.rate.spend('afk', 'core', 5_000)
    const { status, headers } = await ask()
    expect([status, headers.get('x-ratelimit-remaining')]).toEqual([403, '0'])
    expect((await hub.rest('GET', '/rate_limit')).body.resources.core.remaining).toBe(0)
  })
})

describe('faults', () => {
  it.each<[FaultKind, number]>([
    ['401', 401],
    ['403', 403],
    ['403-rate', 403],
    ['403-secondary', 403],
    ['404', 404],
    ['405', 405],
    ['405-race', 405],
    ['409', 409],
    ['422', 422],
    ['429', 429],
    ['500', 500],
    ['502', 502],
    ['301', 301],
    ['html', 200],
    ['slow', 200],
  ])('%s answers %i, once', async (kind, status) => {
    hub.server.faults.add({ match: { method: 'get', pathRegex: /issues/ }, kind, times: 1, delayMs: 20 })
    const answer = await ask()
    expect(answer.status).toBe(status)
    if (kind === '403-rate') expect(answer.headers.get('x-ratelimit-remaining')).toBe('0')
    if (kind === '403-secondary' || kind === '429') expect(answer.headers.get('retry-after')).toBe('1')
    if (kind === 'html' || kind === '502') expect(answer.headers.get('content-type')).toContain('text/html')
    expect((await ask()).status).toBe(200)
    expect(hub.server.requests.map((request) => request.fault)).toEqual([kind, null])
  })

  it.each<FaultKind>(['reset', 'reset-mid-body', 'truncated-json', 'lost-answer'])(
    '%s fails the caller',
    async (kind) => {
      const remove = hub.server.faults.add({ match: (request) => request.path.endsWith('/1'), kind })
      await expect(ask()).rejects.toThrow(/fetch failed|terminated|JSON/)
      remove()
      expect((await ask()).status).toBe(200)
    },
  )

  it('hang never answers', async () => {
    hub.server.faults.add({ match: {}, kind: 'hang' })
    await expect(fetch(`${hub.server.url}/user`, { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout')
  })

  it.each<[FaultKind, number]>([
    ['lost-answer', 1],
    ['reset', 0],
  ])('after %s the write is there %i times', async (kind, written) => {
    hub.server.faults.add({ match: { method: 'POST' }, kind, times: 1 })
    await expect(hub.rest('POST', '/repos/acme/shop/issues/1/comments', { body: { body: 'card' } })).rejects.toThrow(
      /fetch failed|terminated|JSON/,
    )
    expect((await hub.rest('GET', '/repos/acme/shop/issues/1/comments')).body).toHaveLength(written)
  })
})
