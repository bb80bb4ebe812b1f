import type { Octokit } from '@octokit/core'
import { PortError } from '../../ports/errors.ts'
import type { AppAuth } from './app-auth.ts'
import { isUnauthorized } from './unauthorized.ts'

/** A token and where it comes from: `reload` reads its source once more (SPEC 4, tokens rotate). */
export interface TokenSource {
  readonly read: () => string
  readonly reload: () => string
}

/** The token of a tick. The first request that it is not accepted for renews it, once for all of them. */
interface Credentials {
  readonly current: () => Promise<string>
  /** Another token than the one that was not accepted; null when there is none to try. */
  readonly insteadOf: (refused: string) => Promise<string | null>
}

/** `request` talks to the API without any token of ours. */
export function createCredentials(source: TokenSource | AppAuth, request: Octokit['request']): Credentials {
  const read = 'read' in source ? fromFile(source) : fromApp(source, request)
  let token: Promise<string> | null = null
  let renewed = false
  return {
    current: () => {
      token ??= read(false).catch((error: unknown) => {
        // An app asks GitHub for its token: what failed once may work for the next request.
        token = null
        return tokenFailure(error)
      })
      return token
    },
    insteadOf: async (refused) => {
      if (!renewed) {
        renewed = true
        token = read(true).catch(tokenFailure)
      }
      const now = await token
      return now === refused ? null : now
    },
  }
}

/** Sends the token with every request of this client; after a 401 the renewed one, once. */
export function authenticate(octokit: Octokit, credentials: Credentials): void {
  octokit.hook.wrap('request', async (request, options) => {
    const send = async (token: string) => {
      options.headers['authorization'] = `Bearer ${token}`
      return request(options)
    }
    const token = await credentials.current()
    try {
      return await send(token)
    } catch (error) {
      const other = isUnauthorized(error) ? await credentials.insteadOf(token) : null
      if (other === null) throw error
      return await send(other)
    }
  })
}

type Read = (again: boolean) => Promise<string>

function fromFile({ read, reload }: TokenSource): Read {
  return async (again) => (again ? reload() : read())
}

/** Each of an app's tokens is a new one. */
function fromApp(app: AppAuth, request: Octokit['request']): Read {
  let issue: Promise<() => Promise<string>> | undefined
  return async () => {
    // Loaded for an app alone.
    issue ??= import('./app-auth.ts').then(({ createAppTokens }) => createAppTokens(app, request))
    return (await issue)()
  }
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
