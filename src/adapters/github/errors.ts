import * as z from 'zod'
import type { Category } from '../../ports/errors.ts'
import { PortError } from '../../ports/errors.ts'
import { isTransportFailure } from './transport.ts'

/** What was asked for, for messages. */
export interface Call extends Operation {
  /** `owner/name`, `owner/name#1`, or the first of several. */
  readonly subject: string
}

/** The port's method. */
export interface Operation {
  readonly port: 'tracker' | 'ci'
  readonly operation: string
}

interface Failure {
  readonly category: Category
  readonly status: number | null
  /** Seconds, by GitHub's own clock. */
  readonly retryAfter: number | null
  readonly words: string
}

/** GitHub's documentation: without any other word, wait at least a minute after a secondary limit. */
const secondaryLimitSeconds = 60

/**
 * Whatever Octokit threw, sorted into the table of SPEC 10. The message of the original is never passed on: GitHub quotes what
 * was sent, and what was sent is the text of an issue.
 */
export function toPortError(error: unknown, call: Call): PortError {
  if (error instanceof PortError) return error
  const failure = classify(error)
  const status = failure.status === null ? '' : ` (HTTP ${String(failure.status)})`
  const cause = transportCause(error)
  return new PortError(
    call.port,
    call.operation,
    failure.category,
    `${describeCall(call)}: ${failure.words}${status}`,
    {
      status: failure.status,
      retryAfter: failure.retryAfter,
      ...(cause === null ? {} : { cause, isTooLate: cause.kind === 'deadline' }),
    },
  )
}

export function describeCall(call: Call): string {
  return `github ${call.operation} of ${call.subject}`
}

/** The category of what Octokit threw. Anything that is not an answer of GitHub's or a failure to get one is thrown on: a bug. */
export function classify(error: unknown): Failure {
  const transport = transportCause(error)
  if (transport !== null) {
    // A redirect that is not followed will be there again: nothing to wait for.
    const category = transport.kind === 'redirect' ? 'refused' : 'unavailable'
    return { category, status: null, retryAfter: null, words: transport.message }
  }
  const parsed = octokitError.safeParse(error)
  if (!parsed.success) throw error
  const { status, response } = parsed.data
  const headers = response?.headers ?? {}
  const retryAfter = secondsToWait(headers)
  const fail = (category: Category, words: string): Failure => ({
    category,
    status,
    retryAfter,
    words,
  })

  if (isRateLimit(status, headers, parsed.data)) {
    return {
      ...fail('rate', 'rate limit reached'),
      retryAfter: retryAfter ?? secondaryLimitSeconds,
    }
  }
  // A GraphQL answer of status 200 that says that nothing was done: see `refuseEmptyAnswers` in client.ts.
  if (status < 300 || status >= 500) return fail('unavailable', 'GitHub could not answer')
  if (status < 400) return fail('contract', 'expected an answer, got a redirect')
  if (status === 405 && isPassing(parsed.data.message)) return fail('conflict', 'GitHub asks to try again')
  return fail(...(byStatus[status] ?? ['contract', 'expected an answer of the documented API, got a client error']))
}

const byStatus: Readonly<Record<number, readonly [Category, string]>> = {
  401: ['auth', 'the token was not accepted; is it valid and not expired?'],
  403: ['forbidden', 'the token may not do this'],
  404: ['not-found', 'not there, or hidden from this token'],
  405: ['refused', 'GitHub understood and refuses'],
  408: ['unavailable', 'GitHub gave up waiting'],
  409: ['conflict', 'changed by someone else at the same time'],
  410: ['not-found', 'gone'],
  412: ['conflict', 'changed by someone else at the same time'],
  422: ['refused', 'GitHub understood and refuses'],
  451: ['forbidden', 'blocked for legal reasons'],
}

/**
 * A merge that came at the wrong moment: `Base branch was modified. Review and try the merge again.`, `Merge already in progress`. GitHub
 * answers 405 to these as to what it will refuse the next time too, and documents neither; its words alone tell them apart.
 */
function isPassing(message: string): boolean {
  return /branch was modified|already in progress/i.test(message)
}

const octokitError = z.object({
  status: z.number(),
  message: z.string(),
  response: z
    .object({
      headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
      data: z.unknown(),
    })
    .optional(),
})

function isRateLimit(
  status: number,
  headers: Readonly<Record<string, string | number | undefined>>,
  error: z.infer<typeof octokitError>,
): boolean {
  if (status === 429) return true
  if (status === 200) return saysRateLimited(error.response?.data)
  if (status !== 403) return false
  if (headers['retry-after'] !== undefined || String(headers['x-ratelimit-remaining']) === '0') return true
  return /secondary rate|rate limit exceeded|abuse detection/i.test(error.message)
}

/** GraphQL tells a spent limit with status 200, as RATE_LIMITED or, seen more lately, RATE_LIMIT. */
export function saysRateLimited(body: unknown): boolean {
  return graphqlErrors(body).some(
    ({ type = '', message = '' }) =>
      type.startsWith('RATE_LIMIT') || /secondary rate|rate limit exceeded/i.test(message),
  )
}

/** GraphQL tells a query that took too long with status 200. */
export function saysNothingWasDone(body: unknown): boolean {
  return graphqlErrors(body).some((error) => /something went wrong while executing/i.test(error.message ?? ''))
}

function graphqlErrors(body: unknown): readonly { type?: string | undefined; message?: string | undefined }[] {
  const parsed = z
    .object({
      errors: z.array(z.object({ type: z.string().optional(), message: z.string().optional() })),
    })
    .safeParse(body)
  return parsed.success ? parsed.data.errors : []
}

/** Reset and Date are both GitHub's clock: the pod's plays no part. */
function secondsToWait(headers: Readonly<Record<string, string | number | undefined>>): number | null {
  const after = wholeSeconds(headers['retry-after'])
  if (after !== null) return after
  const reset = wholeSeconds(headers['x-ratelimit-reset'])
  const date = Date.parse(String(headers['date'] ?? ''))
  if (String(headers['x-ratelimit-remaining']) !== '0' || reset === null || Number.isNaN(date)) return null
  return Math.max(0, Math.ceil(reset - date / 1000) + 1)
}

/** Digits alone: `Number` takes an empty header for 0, and `1e300` for a time to wait. */
function wholeSeconds(header: string | number | undefined): number | null {
  return /^\d{1,12}$/.test(String(header)) ? Number(header) : null
}

function transportCause(error: unknown) {
  if (isTransportFailure(error)) return error
  return error instanceof Error && isTransportFailure(error.cause) ? error.cause : null
}
