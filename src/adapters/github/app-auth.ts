import type { Octokit } from '@octokit/core'
import * as z from 'zod'
import { findInstallation, tokenCall } from './app-installation.ts'
import { parseAnswer } from './parse.ts'
import { isUnauthorized } from './unauthorized.ts'

export interface AppAuth {
  readonly appId: string | number
  readonly privateKey: () => string
  /** Reads the key's file once more (SPEC 4). Absent: there is nothing to read it from. */
  readonly reloadKey?: () => string
  /** Without it, it is found by `repos` where the app is installed more than once. */
  readonly installationId?: number
  /** The allowlist, as `owner/name`. */
  readonly repos?: readonly string[]
  /** Told what the installation may (`{ issues: 'write' }`), with each token. */
  readonly granted?: (permissions: Readonly<Record<string, string>>) => void
}

/**
 * Issues tokens of an app's installation, a new one with each call. Once, what GitHub does not accept (401) is tried again: with the key
 * that its file holds by then, and by GitHub's own clock where this machine's is another. Throws PortError, or what `request` throws.
 */
export function createAppTokens(app: AppAuth, request: Octokit['request']): () => Promise<string> {
  let key: string | null = null
  let secondsAhead = 0
  let hasLearned = false
  let installation = app.installationId ?? null

  const issue = async (): Promise<string> => {
    key ??= app.privateKey()
    const { createAppAuth } = await import('@octokit/auth-app')
    // The vendor's own hook passes the difference this way; its types leave it out.
    const options = { appId: app.appId, privateKey: key, request, timeDifference: secondsAhead }
    const auth = createAppAuth(options)
    const headers = { authorization: `Bearer ${(await auth({ type: 'app' })).token}` }
    installation ??= await findInstallation(app, headers, request)
    const route = 'POST /app/installations/{installation_id}/access_tokens'
    const answer = await request(route, { installation_id: installation, headers })
    const { token, permissions } = parseAnswer(tokenSchema, answer.data, tokenCall)
    app.granted?.(permissions)
    return token
  }

  /** Whether there is anything to do otherwise than in the request that was refused. */
  const learn = (refusal: unknown): boolean => {
    if (hasLearned) return false
    hasLearned = true
    const fresh = app.reloadKey?.() ?? key
    const ahead = secondsAheadBy(refusal, Date.now())
    const isOther = fresh !== key || Math.abs(ahead) > toleratedSeconds
    key = fresh
    secondsAhead = ahead
    return isOther
  }

  return async () => {
    try {
      return await issue()
    } catch (error) {
      if (!isUnauthorized(error) || !learn(error)) throw error
      return issue()
    }
  }
}

/** The vendor dates an app's token 30 s back; a `Date` has whole seconds, and answers take time. */
const toleratedSeconds = 10

const tokenSchema = z.object({
  // What a header can carry.
  token: z.string().regex(/^[\x21-\x7E]+$/),
  permissions: z.record(z.string(), z.string()).catch({}),
})

/** How far GitHub's clock is ahead of this machine's, by its answer. GitHub refuses an app's token from the future, and one that has ended. */
function secondsAheadBy(refusal: unknown, now: number): number {
  const date = Date.parse(refusalSchema.safeParse(refusal).data?.response.headers.date ?? '')
  return Number.isNaN(date) ? 0 : Math.round((date - now) / 1000)
}

const refusalSchema = z.object({ response: z.object({ headers: z.object({ date: z.string() }) }) })
