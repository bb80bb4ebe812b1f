import type { Octokit } from '@octokit/core'
import type { RetryPlugin } from '@octokit/plugin-retry'
import { classify } from './errors.ts'
import { PortError } from '../../ports/errors.ts'
import { isTransportFailure } from './transport.ts'

/** What a request says of itself to {@link retryPolicy}, in Octokit's `request` options. */
export interface Repeatable {
  /** Sent twice it does what it does once. */
  readonly idempotent: boolean
  /** It can be asked for in smaller parts: what is too big is split by its caller, not repeated. */
  readonly splittable: boolean
}

const maxRetries = 2
const firstPauseMs = 250

/**
 * Octokit plugin: decides which failed requests the retry plugin sends again, and when. Only idempotent ones, at most twice, with
 * a doubling pause and jitter for what is `unavailable` and after the time GitHub names for `rate`; never when the pause would
 * outlast the tick. Stands before `retry` in the list of plugins.
 */
export function retryPolicy(deadline: () => number) {
  return (octokit: Octokit): void => {
    octokit.hook.error('request', (error, options) => {
      const pause = pauseBefore(error, options.request as { afk?: Repeatable; retryCount?: number })
      if (pause === null || pause >= deadline()) throw error
      throw withRetry(octokit).retry.retryRequest(error as never, maxRetries, Math.ceil(pause))
    })
  }
}

/** The answer was too much for one query: a gateway's timeout, ours, or GraphQL's own (told with status 200). */
export function isTooBig(error: { readonly status: number | null; readonly cause?: unknown }): boolean {
  if (isTransportFailure(error.cause)) return error.cause.kind === 'timeout'
  return error.status === 200 || error.status === 502 || error.status === 504
}

function pauseBefore(error: unknown, request: { afk?: Repeatable; retryCount?: number }): number | null {
  const repeatable = request.afk
  if (repeatable?.idempotent !== true || error instanceof PortError) return null
  const failure = classify(error)
  const jitter = Math.random()
  if (failure.category === 'rate') {
    return failure.retryAfter === null ? null : failure.retryAfter * 1000 + jitter * firstPauseMs
  }
  if (failure.category !== 'unavailable') return null
  const cause = error instanceof Error ? error.cause : undefined
  if (repeatable.splittable && isTooBig({ status: failure.status, cause })) return null
  return firstPauseMs * 2 ** (request.retryCount ?? 0) * (0.5 + jitter)
}

/** The retry plugin is attached after this one and before the first request. */
function withRetry(octokit: Octokit): RetryPlugin {
  return octokit as Octokit & RetryPlugin
}
