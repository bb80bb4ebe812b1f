import type { Instant } from '../../core/model.ts'
import { PortError, type Category } from '../../ports/errors.ts'
import type { ResponseHeaders } from '../../ports/fetch.ts'
import type { Answer } from './exchange.ts'
import { errorAnswer } from './schemas.ts'

export interface Asked {
  readonly operation: string
  readonly method: 'GET' | 'POST'
  /** For errors: without ids. */
  readonly endpoint: string
}

export interface Understood {
  readonly body: unknown
  /** The server's own time of this answer, when it says so. */
  readonly at: Instant | null
}

/**
 * The JSON of a 200, or what any other answer means as a {@link PortError} (contracts, 5). A 400 is a request that T3 will never
 * take, and it leaves no receipt: the fault is afk's. A 500 with T3's own words for a failed dispatch is a refusal, remembered for that
 * command id. Every other 5xx is trouble on the way or in the server, an empty 500 too: T3 has one for malformed JSON, which afk
 * cannot send, and for its own defects, and repeating the same command id is safe.
 */
export function understand(answer: Answer, { operation, method, endpoint }: Asked): Understood {
  const { status, headers, text } = answer
  const at = serverTimeOf(headers)
  const json = jsonOf(text)
  if (status === 200 && isJson(headers) && json !== undefined) return { body: json, at }
  const failure = readFailure(json)
  const [category, words] = meaningOf(answer, failure, method)
  const trace = failure?.traceId === undefined ? '' : ` (trace ${failure.traceId})`
  const retryAfter = retryAfterOf(headers.get('retry-after'), at)
  throw new PortError('executor', operation, category, `${endpoint}: ${words}${trace}`, { status, retryAfter })
}

/** Whether T3 itself words this failure: then the same request would be answered the same. */
export function isFromT3({ text }: Answer): boolean {
  return readFailure(jsonOf(text)) !== null
}

/** The clock of whoever answered with JSON: T3, and not a proxy's page before it. */
export function serverTimeOf(headers: ResponseHeaders): Instant | null {
  const at = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(at) || !isJson(headers) ? null : at
}

interface Failure {
  readonly tag: string
  readonly reason: string | null
  readonly traceId: string | undefined
  readonly scope: string | null
}

/** Seconds that an answer asks to wait before the same request may be sent again; null when it says nothing of the kind. */
export function secondsToWait(answer: Answer): number | null {
  return isLimited(answer) ? retryAfterOf(answer.headers.get('retry-after'), serverTimeOf(answer.headers)) : null
}

/** A proxy limits with 403 as well, and then says for how long (SPEC 10); T3 itself limits nothing (contracts, 10). */
function isLimited({ status, headers }: Answer): boolean {
  return status === 429 || (status === 403 && headers.get('retry-after') !== null)
}

function meaningOf(answer: Answer, failure: Failure | null, method: Asked['method']): readonly [Category, string] {
  const { status, headers } = answer
  if (status === 200) return ['contract', `expected JSON, got ${typeOf(headers)} with 200; check AFK_T3_URL`]
  if (status === 401) {
    return [
      'auth',
      `T3 refuses the token (401, ${failure?.reason ?? 'no reason'}); it is wrong, expired or revoked: issue one by \`t3 auth\` for AFK_T3_TOKEN`,
    ]
  }
  if (isLimited(answer)) return ['rate', `too many requests (${status})`]
  if (status === 403)
    return ['forbidden', `forbidden (403); the token lacks the scope ${failure?.scope ?? '(not told)'}`]
  if (status === 404 && failure?.reason === 'thread_not_found') return ['not-found', 'no such thread']
  if (status === 400)
    return ['contract', `T3 does not take this request (400, ${failure?.reason ?? 'empty'}); it will not be repeated`]
  if (method === 'POST' && status === 500 && failure?.reason === 'orchestration_dispatch_failed')
    return ['refused', 'T3 rejects the command, for this id for good']
  if (status >= 500)
    return ['unavailable', `T3, or a proxy before it, fails (${status}${failure === null ? '' : `, ${failure.tag}`})`]
  return ['contract', `unexpected status ${status} with ${typeOf(headers)}; check AFK_T3_URL`]
}

function readFailure(json: unknown): Failure | null {
  const { success, data } = errorAnswer.safeParse(json)
  if (!success) return null
  return {
    tag: plain(data._tag) ?? 'an error of its own',
    reason: plain(data.reason),
    traceId: plain(data.traceId) ?? undefined,
    scope: plain(data.requiredScope),
  }
}

/** Words of T3's code, fit for a log; anything longer or stranger could be somebody's text. */
function plain(text: string | undefined): string | null {
  return text !== undefined && /^[\w:.-]{1,64}$/.test(text) ? text : null
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isJson(headers: ResponseHeaders): boolean {
  return /^application\/json\b/i.test(headers.get('content-type') ?? '')
}

function typeOf(headers: ResponseHeaders): string {
  const [, type] = /^([\w.+-]{1,40}\/[\w.+-]{1,40})/.exec(headers.get('content-type') ?? '') ?? []
  return type === undefined ? 'no content-type' : isJson(headers) ? 'a body that does not parse' : type
}

/** Seconds, given as such or as a date on the server's clock. */
function retryAfterOf(header: string | null, at: Instant | null): number | null {
  if (header === null) return null
  if (/^\d{1,6}$/.test(header)) return Number(header)
  const until = Date.parse(header)
  return Number.isNaN(until) || at === null ? null : Math.max(0, Math.ceil((until - at) / 1000))
}
