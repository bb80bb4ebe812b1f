import { generateKeyPairSync, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClientOptions } from '../../../src/adapters/github/client.ts'
import { createGitHubProbe } from '../../../src/adapters/github/probe.ts'
import { addApp, installApp } from '../../sandbox/github/state/apps.ts'
import { addRepo, renameRepo, requireRepo } from '../../sandbox/github/state/repos.ts'
import type { Rig } from './rig.ts'
import { connect, failureOf, labels, shop, startRig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.stop())

describe('a token', () => {
  it('is read again once when it was not accepted, for all requests together', async () => {
    let reloads = 0
    const token = {
      read: () => 'token-expired',
      reload: () => {
        reloads += 1
        return 'token-afk'
      },
    }
    const { tracker } = connect(rig.server.url, { token })
    await Promise.all([tracker.self(), tracker.permission(shop, 'ada'), tracker.permission(shop, 'mona')])
    await tracker.permission(shop, 'rea')
    expect(reloads).toBe(1)
    expect(rig.taken().filter(({ status }) => status === 401).length).toBeLessThanOrEqual(3)
  })

  it('that is not accepted either way is an auth error, each request sent twice at most', async () => {
    let reloads = 0
    const token = {
      read: () => 'token-expired',
      reload: () => {
        reloads += 1
        return 'token-expired-too'
      },
    }
    const { tracker } = connect(rig.server.url, { token })
    const error = await failureOf(tracker.overview([{ repo: shop, labels }]))
    expect(error).toMatchObject({ category: 'auth', status: 401 })
    expect(error.message).not.toContain('token-expired')
    expect(rig.taken()).toHaveLength(2)
    expect((await failureOf(tracker.comment({ repo: shop, number: 1 }, 'x'))).category).toBe('auth')
    expect(rig.taken()).toHaveLength(1)
    expect(reloads).toBe(1)
  })

  it('repeats a comment after a 401: it was not posted', async () => {
    rig.people.open(shop, { title: 't', author: 'mona' })
    const { tracker } = connect(rig.server.url, { token: { read: () => 'x', reload: () => 'token-afk' } })
    expect(await tracker.comment({ repo: shop, number: 1 }, 'hello')).toBeGreaterThan(0)
  })

  it('whose file cannot be read is an auth error that does not quote it', async () => {
    const token = {
      read: () => {
        throw new Error('ENOENT: /secrets/token')
      },
      reload: () => 'unused',
    }
    const error = await failureOf(connect(rig.server.url, { token }).tracker.self())
    expect(error.category).toBe('auth')
    expect(error.message).not.toContain('/secrets')
    expect(rig.taken()).toEqual([])
  })
})

describe('an app', () => {
  const [{ privateKey }, newer] = [keyPair(), keyPair()]
  const twoInstallations = () => {
    const app = addApp(rig.state, { slug: 'afk-app', owner: 'acme' })
    const { id } = installApp(rig.state, 'afk-app', [shop])
    addRepo(rig.state, 'other/repo')
    const other = installApp(rig.state, 'afk-app', ['other/repo'])
    return { source: { appId: app.id, privateKey: () => privateKey }, id, other: other.id }
  }

  const setClock = (ahead: number) => rig.pass(Date.now() + ahead * 1000 - rig.state.clock.now())

  it('acts as its only installation', async () => {
    const app = addApp(rig.state, { slug: 'afk-app', owner: 'acme' })
    installApp(rig.state, 'afk-app', [shop])
    const { tracker } = connect(rig.server.url, { token: { appId: app.id, privateKey: () => privateKey } })
    expect(await tracker.self()).toEqual({ login: 'afk-app', kind: 'bot' })
    await tracker.permission(shop, 'ada')
    // Its token lives for an hour, and every tick gets a new one.
    expect(tracker.tokenEndsAt()).toBeNull()
    const asked = rig.taken().map(({ path }) => path)
    expect(asked.filter((path) => path.endsWith('/access_tokens'))).toHaveLength(1)
  })

  it('tells the doctor what its installation may', async () => {
    const { source, id } = twoInstallations()
    const options = { apiUrl: rig.server.url, userAgent: 'afk/test', deadline: () => 30_000 }
    const clock = { now: () => 0, sleep: async () => {} }
    const probe = (token: ClientOptions['token']) => createGitHubProbe({ ...options, clock, token })
    const credential = await probe({ ...source, installationId: id }).credential()
    expect(credential).toMatchObject({ kind: 'app', permissions: { issues: 'write', checks: 'read' } })
    const plain = { read: () => 'token-afk', reload: () => 'token-afk' }
    expect(await probe(plain).credential()).not.toHaveProperty('permissions')
  })

  it('that is installed more than once needs an installation id or repos', async () => {
    const { source, id } = twoInstallations()
    const error = await failureOf(connect(rig.server.url, { token: source }).tracker.self())
    expect(error.category).toBe('config')
    expect(error.message).toContain('2 installations')
    const { tracker } = connect(rig.server.url, { token: { ...source, installationId: id } })
    expect(await tracker.self()).toMatchObject({ kind: 'bot' })
  })

  it.each([
    ['the account of a repo', ['Other/repo']],
    ['a repo that has moved from another account', ['former/name', 'former/gone']],
  ])('acts as the installation that is found by %s', async (_by, repos) => {
    const { source, other } = twoInstallations()
    renameRepo(rig.state, addRepo(rig.state, 'former/name'), 'other/name')
    rig.state.installations.get(other)?.repoIds.push(requireRepo(rig.state, 'other/name').id)
    rig.taken()
    const { tracker } = connect(rig.server.url, { token: { ...source, repos } })
    expect(await tracker.self()).toMatchObject({ kind: 'bot' })
    const asked = rig.taken().map(({ path }) => path)
    expect(asked).toContain(`/app/installations/${other}/access_tokens`)
  })

  it('says which repos keep it from finding one', async () => {
    const { source, id, other } = twoInstallations()
    const wrong = async (...repos: string[]) => {
      const error = await failureOf(connect(rig.server.url, { token: { ...source, repos } }).tracker.self())
      expect(error.category).toBe('config')
      return error.message
    }
    expect(await wrong(shop, 'other/repo', 'acme/api')).toContain(
      `has 2 installations, and the repos of the allowlist are in 2 of them, while afk acts as one: ${id} holds ${shop}, acme/api; ${other} holds other/repo; `,
    )
    expect(await wrong('nobody/nothing')).toContain('2 installations, and none of them holds nobody/nothing: ')
  })

  it.each(['with an installation id', 'without one'])(
    'whose key is replaced while it is refused uses the new one, once (%s)',
    async (how) => {
      const { source, id } = twoInstallations()
      setClock(0)
      rig.server.faults.add({ match: ({ headers }) => isOfApp(headers) && !isSigned(headers, newer), kind: '401' })
      let reloads = 0
      const reloadKey = () => {
        reloads += 1
        return newer.privateKey
      }
      const chosen = how === 'without one' ? { repos: [shop] } : { installationId: id }
      expect(
        await connect(rig.server.url, { token: { ...source, ...chosen, reloadKey } }).tracker.self(),
      ).toMatchObject({ kind: 'bot' })
      expect(reloads).toBe(1)
      rig.taken()
      // One that stays refused, and is the same in its file, is not sent again.
      const same = { ...source, ...chosen, reloadKey: source.privateKey }
      expect((await failureOf(connect(rig.server.url, { token: same }).tracker.self())).category).toBe('auth')
      expect(rig.taken().filter(({ path }) => path.startsWith('/app/installations'))).toHaveLength(1)
    },
  )

  it.each([
    [-90, 2],
    [-700, 2],
    [700, 2],
    [90, 1],
    [-5, 1],
  ])('where GitHub is %i s ahead goes by its clock, in %i requests', async (ahead, requests) => {
    const { source } = twoInstallations()
    setClock(ahead)
    rig.server.faults.add({
      match: ({ headers }) => isOfApp(headers) && !isDated(headers, rig.state.clock.now()),
      kind: '401',
    })
    const { tracker } = connect(rig.server.url, { token: { ...source, repos: [shop] } })
    expect(await tracker.self()).toMatchObject({ kind: 'bot' })
    const lists = rig.taken().filter(({ path }) => path === '/app/installations')
    expect(lists).toHaveLength(requests)
  })

  it('with a broken key is an auth error that does not quote it', async () => {
    const source = { appId: 1, privateKey: () => 'not a key' }
    const error = await failureOf(connect(rig.server.url, { token: source }).tracker.self())
    expect(error.category).toBe('auth')
    expect(error.message).not.toContain('not a key')
  })
})

function keyPair() {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

type Headers = Readonly<Record<string, string>>

const jwtOf = (headers: Headers) => (headers['authorization'] ?? '').split(' ')[1]?.split('.') ?? []
const isOfApp = (headers: Headers) => jwtOf(headers).length === 3

function isSigned(headers: Headers, { publicKey }: { publicKey: string }): boolean {
  const [head, body, signature = ''] = jwtOf(headers)
  return verify('RSA-SHA256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))
}

/** What GitHub accepts: not from the future, not over, and of ten minutes at most. */
function isDated(headers: Headers, now: number): boolean {
  const { iat, exp } = JSON.parse(Buffer.from(jwtOf(headers)[1] ?? '', 'base64url').toString()) as Record<
    string,
    number
  >
  const seconds = Math.floor(now / 1000)
  return iat !== undefined && exp !== undefined && iat <= seconds && exp > seconds && exp <= seconds + 600
}
