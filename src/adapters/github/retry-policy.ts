import type { Octokit } from '@octokit/core'
import type { RetryPlugin } from '@octokit/plugin-retry'
import * as z from 'zod'
import { classify } from './errors.ts'
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
 * Octokit plugin: decides which failed requests the retry plugin sends again, and when, at most twice. After the time GitHub names for
 * `rate` every one, for what a limit has turned away was not done; with a doubling pause and jitter for what is `unavailable` only the
 * idempotent; never when the pause would outlast the tick. Stands before `retry` in the list of plugins.
 */
export function retryPolicy(deadline: () => number) {
  return (octokit: Octokit): void => {
    octokit.hook.error('request', (error, options) => {
      if (!hasRetry(octokit) || !isRequestError(error)) throw error
      const pause = pauseBefore(error, stateSchema.parse(options.request))
      if (pause === null || pause >= deadline()) throw error
      throw octokit.retry.retryRequest(error, maxRetries, Math.ceil(pause))
    })
  }
}

/** The answer was too much for one query: a gateway's timeout, ours, or GraphQL's own (told with status 200). */
export function isTooBig(error: { readonly status: number | null; readonly cause?: unknown }): boolean {
  if (isTransportFailure(error.cause)) return error.cause.kind === 'timeout'
  return error.status === 200 || error.status === 502 || error.status === 504
}

/** What Octokit and afk know of a request. */
const stateSchema = z.object({
  afk: z.object({ idempotent: z.boolean(), splittable: z.boolean() }).optional(),
  retryCount: z.int().default(0),
})

function pauseBefore(error: Error, { afk: repeatable, retryCount }: z.infer<typeof stateSchema>): number | null {
  if (repeatable === undefined) return null
  const failure = classify(error)
  const jitter = Math.random()
  if (failure.category === 'rate') {
    return failure.retryAfter === null ? null : failure.retryAfter * 1000 + jitter * firstPauseMs
  }
  if (failure.category !== 'unavailable' || !repeatable.idempotent) return null
  if (repeatable.splittable && isTooBig({ status: failure.status, cause: error.cause })) return null
  return firstPauseMs * 2 ** retryCount * (0.5 + jitter)
}

/** The retry plugin is attached after this one and before the first request. */
function hasRetry(octokit: Octokit): octokit is Octokit & RetryPlugin {
  return 'retry' in octokit
}

function isRequestError(error: Error): error is Parameters<RetryPlugin['retry']['retryRequest']>[0] {
  return 'request' in error
}
