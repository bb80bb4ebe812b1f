import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addApp, installApp } from '../../sandbox/github/state/apps.ts'
import { addRepo } from '../../sandbox/github/state/repos.ts'
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
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

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

  it('needs an installation id when it has several', async () => {
    const app = addApp(rig.state, { slug: 'afk-app', owner: 'acme' })
    const { id } = installApp(rig.state, 'afk-app', [shop])
    addRepo(rig.state, 'other/repo')
    installApp(rig.state, 'afk-app', ['other/repo'])
    const source = { appId: app.id, privateKey: () => privateKey }
    const error = await failureOf(connect(rig.server.url, { token: source }).tracker.self())
    expect(error.category).toBe('config')
    expect(error.message).toContain('2 installations')
    const { tracker } = connect(rig.server.url, { token: { ...source, installationId: id } })
    expect(await tracker.self()).toMatchObject({ kind: 'bot' })
  })

  it('with a broken key is an auth error that does not quote it', async () => {
    const source = { appId: 1, privateKey: () => 'not a key' }
    const error = await failureOf(connect(rig.server.url, { token: source }).tracker.self())
    expect(error.category).toBe('auth')
    expect(error.message).not.toContain('not a key')
  })
})
