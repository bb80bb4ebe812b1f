import type { Octokit } from '@octokit/core'
import * as z from 'zod'
import { PortError } from '../../ports/errors.ts'

/** A token and where it comes from: `reload` reads its source once more (SPEC 4, tokens rotate). */
export interface TokenSource {
  readonly read: () => string
  readonly reload: () => string
}

export interface AppAuth {
  readonly appId: string | number
  readonly privateKey: () => string
  /** Without it the app must be installed exactly once. */
  readonly installationId?: number
}

export interface Credentials {
  readonly current: () => Promise<string>
  readonly renew: () => Promise<string>
}

/** One way to get a token, whatever it is made from. `request` talks to the API without any token of ours. */
export function createCredentials(source: TokenSource | AppAuth, request: Octokit['request']): Credentials {
  if ('read' in source) {
    return { current: async () => source.read(), renew: async () => source.reload() }
  }
  let auth: Promise<(refresh: boolean) => Promise<string>> | null = null
  const token = async (refresh: boolean): Promise<string> => {
    auth ??= installationAuth(source, request)
    return (await auth)(refresh)
  }
  return { current: () => token(false), renew: () => token(true) }
}

/**
 * Sends the token with every request of this client. The first 401 renews it, once for the client's whole life, which is one
 * tick; requests that were in flight with the old token are repeated with the new one.
 */
export function authenticate(octokit: Octokit, credentials: Credentials): void {
  let token: Promise<string> | null = null
  let renewed = false
  octokit.hook.wrap('request', async (request, options) => {
    const send = async (value: Promise<string>) => {
      options.headers['authorization'] = `Bearer ${await value.catch(tokenFailure)}`
      return request(options)
    }
    token ??= credentials.current()
    const used = token
    try {
      return await send(used)
    } catch (error) {
      if (!isUnauthorized(error)) throw error
      if (!renewed) {
        renewed = true
        token = credentials.renew()
      }
      if (token === used) throw error
      return await send(token)
    }
  })
}

async function installationAuth(
  app: AppAuth,
  request: Octokit['request'],
): Promise<(refresh: boolean) => Promise<string>> {
  const { createAppAuth } = await import('@octokit/auth-app')
  const auth = createAppAuth({ appId: app.appId, privateKey: app.privateKey(), request })
  const installationId =
    app.installationId ?? (await onlyInstallation(app, (await auth({ type: 'app' })).token, request))
  return async (refresh) => (await auth({ type: 'installation', installationId, refresh })).token
}

async function onlyInstallation(app: AppAuth, jwt: string, request: Octokit['request']): Promise<number> {
  const answer = await request('GET /app/installations', {
    headers: { authorization: `Bearer ${jwt}` },
  })
  const installations = z.array(z.object({ id: z.number() })).parse(answer.data)
  const [first] = installations
  if (first !== undefined && installations.length === 1) return first.id
  throw new PortError(
    'tracker',
    'auth',
    'config',
    `GitHub App ${String(app.appId)} has ${String(installations.length)} installations, expected exactly one: name the one to use by its installation id`,
  )
}

/** An answer of GitHub's (to an app that asks for its token) is classified as any other; the rest is a source that cannot be read. */
function tokenFailure(error: unknown): never {
  if (error instanceof PortError || (error instanceof Error && 'status' in error)) throw error
  throw new PortError(
    'tracker',
    'auth',
    'auth',
    'github: the credentials cannot be read; are the token or key file there and whole?',
  )
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 401
}
