import { generateKeyPairSync } from 'node:crypto'
import { createGitHub } from '../../../src/adapters/github/github.ts'
import { plainFetch } from '../../../src/plain-fetch.ts'
import { startHarness } from '../../sandbox/github/harness.ts'
import { addApp, installApp } from '../../sandbox/github/state/apps.ts'
import { shop } from '../github/rig.ts'
import type { ConnectOptions, Operations, Ready, Row } from './service.ts'

type App = Ready<Awaited<ReturnType<typeof openApp>>>

/** GitHub with an app that is installed once. */
export async function openApp() {
  const { state, server } = await startHarness({})
  const app = addApp(state, { slug: 'afk-app', owner: 'acme' })
  installApp(state, app.slug, [shop])
  const connected = {
    upstream: server.url,
    connect: (apiUrl: string, { deadlineMs }: ConnectOptions) => {
      const clock = {
        now: () => performance.now(),
        sleep: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
      }
      const token = { appId: app.id, privateKey: () => privateKey }
      const options = { apiUrl, token, userAgent: 'afk/test', clock, fetch: plainFetch }
      const { tracker } = createGitHub({ ...options, deadline: () => deadlineMs })
      return { ports: { app: { self: tracker.self } }, rotate: () => {}, reloads: () => null }
    },
    close: () => server.close(),
  }
  return connected
}

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

/** It holds no token that could be replaced: it asks for one with its key. */
const self: Pick<Row<App>, 'ask' | 'answers' | 'isAnonymous' | 'manner'> = {
  manner: 'again',
  ask: ({ ports }) => ports.app.self(),
  answers: { login: 'afk-app', kind: 'bot' },
  isAnonymous: true,
}

/** What stands before the first request of an app. */
export const appRows: Operations<App> = {
  self: [
    { ...self, part: 'its installations', aims: ({ path }) => path.startsWith('/app/installations?') },
    { ...self, part: 'its token', aims: ({ path }) => path.endsWith('/access_tokens') },
  ],
}
