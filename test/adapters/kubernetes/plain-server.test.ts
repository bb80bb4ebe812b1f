import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { findPlainServer } from '../../../src/adapters/kubernetes/plain-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'afk-plain-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Fields = Readonly<Record<string, unknown>>

/** A kubeconfig with one of each. */
function kubeconfig(cluster: Fields, user: Fields, more: Fields = {}): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', namespace: 'afk' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    ...more,
  })
}

async function find(text: string) {
  const file = join(folder, 'config')
  writeFileSync(file, text)
  return findPlainServer({ kind: 'kubeconfig', files: [file] })
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const https = { server: 'https://10.0.0.1:6443' }
const token = { token: 'secret' }

describe('plain credentials are', () => {
  it('a token, with the authority in the file', async () => {
    const found = await find(kubeconfig({ ...https, 'certificate-authority-data': base64('CA') }, token))
    expect(found).toEqual({
      address: new URL('https://10.0.0.1:6443'),
      token: 'secret',
      tls: { ca: Buffer.from('CA') },
    })
  })

  it('a token and an authority in files beside it', async () => {
    writeFileSync(join(folder, 'ca.crt'), 'CA')
    writeFileSync(join(folder, 'token'), 'secret\n')
    const found = await find(kubeconfig({ ...https, 'certificate-authority': 'ca.crt' }, { tokenFile: 'token' }))
    expect(found).toMatchObject({ token: 'secret', tls: { ca: Buffer.from('CA') } })
  })

  it('a client certificate, and the name that the server goes by', async () => {
    const user = { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') }
    expect(await find(kubeconfig({ ...https, 'tls-server-name': 'api' }, user))).toMatchObject({
      token: null,
      tls: { cert: Buffer.from('CERT'), key: Buffer.from('KEY'), servername: 'api' },
    })
  })

  it('a token on plain http, on this machine', async () => {
    const cluster = { server: 'http://127.0.0.1:8001', 'insecure-skip-tls-verify': true }
    expect(await find(kubeconfig(cluster, token))).toMatchObject({ token: 'secret', tls: {} })
  })
})

describe("the vendor's client is left", () => {
  it.each<readonly [string, string]>([
    ['a plugin', kubeconfig(https, { exec: { command: 'aws' } })],
    ['an auth provider beside a token', kubeconfig(https, { ...token, 'auth-provider': { name: 'oidc' } })],
    ['somebody else to act as', kubeconfig(https, { ...token, as: 'root' })],
    ['a proxy', kubeconfig({ ...https, 'proxy-url': 'http://proxy' }, token)],
    ['a server that is not verified', kubeconfig({ ...https, 'insecure-skip-tls-verify': true }, token)],
    ['plain http to another machine', kubeconfig({ server: 'http://10.0.0.1' }, token)],
    ['plain http to a host that only begins like this machine', kubeconfig({ server: 'http://127.0.0.1.x.io' }, token)],
    ['two tokens', kubeconfig(https, { ...token, tokenFile: 'token' })],
    ['a file that is not there', kubeconfig(https, { tokenFile: 'nowhere' })],
    ['no server', kubeconfig({}, token)],
    ['a server that is no address', kubeconfig({ server: 'api' }, token)],
    ['a context that is not there', kubeconfig(https, token, { 'current-context': 'there' })],
    [
      'two users of one name',
      kubeconfig(https, token, {
        users: [
          { name: 'u', user: token },
          { name: 'u', user: { token: 'other' } },
        ],
      }),
    ],
    ['no YAML', '{'],
  ])('%s', async (_, text) => {
    expect(await find(text)).toBeNull()
  })

  it('several files, and a pod without an account', async () => {
    expect(await findPlainServer({ kind: 'kubeconfig', files: ['a', 'b'] })).toBeNull()
    expect(await findPlainServer({ kind: 'in-cluster' })).toBeNull()
  })
})
