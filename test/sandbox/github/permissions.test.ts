import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHarness, type Harness } from './harness.ts'
import { addRepo } from './state/repos.ts'
import { addToken, addUser, revokeToken } from './state/users.ts'

const repo = 'acme/shop'

let hub: Harness
let comment: number

beforeAll(async () => {
  hub = await startHarness()
  hub.people.open(repo, { title: 'of ada', author: 'ada' })
  hub.people.open(repo, { title: 'of rea', author: 'rea' })
  comment = hub.people.comment(repo, 1, 'by rea', 'rea').id
})

afterAll(() => hub.server.close())

describe('who may do what', () => {
  it.each<[string, string, string, unknown, Record<string, number>]>([
    [
      'label',
      'POST',
      '/issues/1/labels',
      { labels: ['x'] },
      { ada: 200, mona: 200, wendy: 200, tri: 200, rea: 403, stranger: 403, '': 401 },
    ],
    [
      'close another’s issue',
      'PATCH',
      '/issues/1',
      { state: 'closed' },
      { wendy: 200, tri: 200, rea: 403, stranger: 403, '': 401 },
    ],
    ['close one’s own issue', 'PATCH', '/issues/2', { state: 'closed' }, { rea: 200, stranger: 403 }],
    ['edit another’s words', 'PATCH', '/issues/1', { title: 'new' }, { ada: 200, wendy: 200, tri: 403, rea: 403 }],
    ['comment', 'POST', '/issues/1/comments', { body: 'hi' }, { tri: 201, rea: 201, stranger: 201, '': 401 }],
    ['create a label', 'POST', '/labels', { name: 'wendy-only' }, { tri: 403, rea: 403, wendy: 201 }],
    ['look at permissions', 'GET', '/collaborators/ada/permission', undefined, { wendy: 200, tri: 403, stranger: 403 }],
    ['set a status', 'POST', `/statuses/${'a'.repeat(40)}`, { state: 'success' }, { tri: 403, wendy: 422 }],
  ])('%s', async (_, method, path, body, expected) => {
    for (const [as, status] of Object.entries(expected))
      expect([as, (await hub.rest(method, `/repos/${repo}${path}`, { as, body })).status]).toEqual([as, status])
  })

  it('a comment is edited and deleted by its author and by those who can push', async () => {
    const path = `/repos/${repo}/issues/comments/${comment}`
    const edit = async (as: string) => (await hub.rest('PATCH', path, { as, body: { body: `by ${as}` } })).status
    expect(await Promise.all(['rea', 'wendy', 'tri', 'stranger'].map(edit))).toEqual([200, 200, 403, 403])
    expect((await hub.rest('DELETE', path, { as: 'tri' })).status).toBe(403)
    expect((await hub.rest('DELETE', path, { as: 'rea' })).status).toBe(204)
    expect((await hub.rest('DELETE', path, { as: 'rea' })).status).toBe(404)
  })

  it('labels of somebody who cannot triage are dropped without a word', async () => {
    const made = await hub.rest('POST', `/repos/${repo}/issues`, {
      as: 'stranger',
      body: { title: 'mine', labels: ['ready-for-agent'] },
    })
    expect([made.status, made.body.labels]).toEqual([201, []])
    const edited = await hub.rest('PATCH', `/repos/${repo}/issues/${made.body.number}`, {
      as: 'stranger',
      body: { labels: ['ready-for-agent'] },
    })
    expect([edited.status, edited.body.labels]).toEqual([200, []])
  })
})

describe('the permission of a collaborator', () => {
  it.each([
    ['ada', 'admin', 'admin'],
    ['mona', 'write', 'maintain'],
    ['wendy', 'write', 'write'],
    ['tri', 'read', 'triage'],
    ['rea', 'read', 'read'],
    ['stranger', 'read', 'read'],
    ['acme', 'admin', 'admin'],
    ['MONA', 'write', 'maintain'],
  ])('%s: %s, %s', async (login, permission, role) => {
    const { body } = await hub.rest('GET', `/repos/${repo}/collaborators/${login}/permission`)
    expect([body.permission, body.role_name]).toEqual([permission, role])
  })

  it('a custom role keeps its name and shows its base', async () => {
    addUser(hub.state, 'dora')
    hub.people.setPermission(repo, 'dora', 'write', 'deployer')
    const { body } = await hub.rest('GET', `/repos/${repo}/collaborators/dora/permission`)
    expect([body.permission, body.role_name]).toEqual(['write', 'deployer'])
  })

  it('404 for a login that nobody has', async () => {
    expect((await hub.rest('GET', `/repos/${repo}/collaborators/nobody/permission`)).status).toBe(404)
  })
})

describe('who may see what', () => {
  it('a bad token is 401 in REST and GraphQL, whatever it asks for', async () => {
    expect((await hub.rest('GET', `/repos/${repo}`, { as: 'nobody' })).body.message).toBe('Bad credentials')
    expect((await hub.graphql('{ viewer { login } }', { as: 'nobody' })).status).toBe(401)
    expect((await hub.graphql('{ viewer { login } }', { as: '' })).status).toBe(401)
  })

  it('a token ends when it is revoked or expires', async () => {
    addToken(hub.state, 'token-old', 'wendy')
    addToken(hub.state, 'token-short', 'wendy', { expiresAt: hub.state.clock.now() + 1_000 })
    const status = async (as: string) => (await hub.rest('GET', '/user', { as })).status
    expect([await status('old'), await status('short')]).toEqual([200, 200])
    const told = async (as: string) =>
      [await hub.rest('GET', '/user', { as }), await hub.graphql('{ viewer { login } }', { as })].map(({ headers }) =>
        headers.get('github-authentication-token-expiration'),
      )
    expect([await told('old'), await told('short')]).toEqual([
      [null, null],
      Array.from({ length: 2 }, () => expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/)),
    ])
    revokeToken(hub.state, 'token-old')
    hub.pass(1_000)
    expect([await status('old'), await status('short')]).toEqual([401, 401])
  })

  it('a private repository is not there for a stranger', async () => {
    addRepo(hub.state, 'acme/secret', { private: true, collaborators: { rea: 'read' } })
    const query = '{ repository(owner: "acme", name: "secret") { nameWithOwner } }'
    expect((await hub.rest('GET', '/repos/acme/secret', { as: 'stranger' })).status).toBe(404)
    expect((await hub.rest('GET', '/repos/acme/secret', { as: 'rea' })).status).toBe(200)
    expect((await hub.graphql(query, { as: 'stranger' })).body).toMatchObject({
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND', path: ['repository'] }],
    })
    expect((await hub.graphql(query, { as: 'rea' })).body.data.repository.nameWithOwner).toBe('acme/secret')
  })

  it('nothing of this broke the contract', () => {
    expect(hub.server.violations).toEqual([])
  })
})
