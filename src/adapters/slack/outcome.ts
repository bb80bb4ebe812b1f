import * as z from 'zod'
import type { Category } from '../../ports/errors.ts'
import type { Answer, Method } from './call.ts'

export type Outcome<Value> = { readonly ok: true; readonly value: Value } | Failure

export interface Failure {
  readonly ok: false
  readonly category: Category
  readonly message: string
  readonly status: number | null
  /** Seconds. */
  readonly retryAfter: number | null
  /** Slack's own code, where it gave one. */
  readonly code: string | null
  /** It has used up all the time it had. */
  readonly timedOut: boolean
}

// Slack's error codes are such words; anything else in that place (the client puts whole pages there) is not one.
const failed = z.object({ ok: z.literal(false), error: z.string().regex(/^[a-z][a-z0-9_]{0,80}$/) })

/** What Slack's answer to a method means. Only Slack's error code ever gets into the message, never a body. */
export function readAnswer<Schema extends z.ZodType>(
  method: Method,
  schema: Schema,
  answer: Answer,
): Outcome<z.infer<Schema>> {
  if (answer.kind === 'nothing') {
    const why = whyNothing(answer.error)
    return { ...failure('unavailable', `no answer from Slack (${why})`, null), timedOut: why === 'timeout' }
  }
  const { status } = answer
  if (status === 429)
    return { ...failure('rate', 'Slack limits the rate (429)', status), retryAfter: seconds(answer.retryAfter) }
  if (status === 401) return failure('auth', `Slack refuses the token (401); ${TOKEN_REMEDY}`, status)
  // SPEC 10: a limit is told with 403 as well, and then says for how long.
  if (status === 403 && answer.retryAfter !== null)
    return {
      ...failure('rate', 'Slack, or a proxy before it, limits the rate (403)', status),
      retryAfter: seconds(answer.retryAfter),
    }
  if (status === 403) return failure('forbidden', 'Slack, or a proxy before it, forbids the request (403)', status)
  if (status >= 500) return failure('unavailable', `Slack answers ${status}`, status)
  const body = parseJson(answer.body)
  const success = schema.safeParse(body)
  if (status === 200 && success.success) return { ok: true, value: success.data }
  const error = failed.safeParse(body)
  if (error.success) return platformError(method, error.data.error, status, answer.retryAfter)
  return failure(
    'contract',
    `${method}: expected a JSON object with ok and ${EXPECTED[method]}, got ${shape(answer.body, body)} (HTTP ${status}); check AFK_SLACK_API_URL`,
    status,
  )
}

const EXPECTED: { readonly [method in Method]: string } = {
  'chat.postMessage': 'channel and ts',
  'chat.update': 'channel and ts',
  'reactions.get': 'the message with its reactions',
}

const TOKEN_REMEDY = 'expected a valid bot token in AFK_SLACK_BOT_TOKEN or its _FILE'

const AUTH = new Set(['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive'])
const FORBIDDEN = new Set([
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'ekm_access_denied',
  'org_login_required',
  'access_denied',
])
const RATE = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded'])
const UNAVAILABLE = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
])

const REMEDIES: Readonly<Record<string, string>> = {
  channel_not_found:
    'expected AFK_SLACK_CHANNEL to be the id (C…) of a channel that the bot can see; invite it if the channel is private',
  not_in_channel:
    'invite the bot to the channel of AFK_SLACK_CHANNEL (/invite), or give it the scope chat:write.public',
  is_archived: 'the channel of AFK_SLACK_CHANNEL is archived: choose another',
  restricted_action: 'the workspace does not let this bot post in the channel of AFK_SLACK_CHANNEL',
  msg_too_long: 'the message is over a limit of Slack: this is a bug of afk, please report it',
  msg_blocks_too_long: 'the message is over a limit of Slack: this is a bug of afk, please report it',
  invalid_blocks: 'Slack does not accept the layout: this is a bug of afk, please report it',
}

const SCOPES: { readonly [method in Method]: string } = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'reactions.get': 'reactions:read',
}

function platformError(method: Method, code: string, status: number, retryAfter: string | null): Failure {
  const category: Category = AUTH.has(code)
    ? 'auth'
    : FORBIDDEN.has(code)
      ? 'forbidden'
      : RATE.has(code)
        ? 'rate'
        : UNAVAILABLE.has(code)
          ? 'unavailable'
          : code === 'message_not_found'
            ? 'not-found'
            : 'refused'
  const remedy = remedyFor(method, code, category)
  const message = `${method}: Slack says ${code}${remedy === undefined ? '' : `; ${remedy}`}`
  return { ...failure(category, message, status), retryAfter: seconds(retryAfter), code }
}

function remedyFor(method: Method, code: string, category: Category): string | undefined {
  if (category === 'auth') return TOKEN_REMEDY
  if (code === 'missing_scope') return `give the bot the scope ${SCOPES[method]} and install it again`
  return Object.hasOwn(REMEDIES, code) ? REMEDIES[code] : undefined
}

function failure(category: Category, message: string, status: number | null): Failure {
  return { ok: false, category, message, status, retryAfter: null, code: null, timedOut: false }
}

function seconds(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header) : null
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** The form of an answer without its content. */
function shape(text: string, body: unknown): string {
  if (body === undefined) return `${text.length} characters that are not JSON`
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'JSON that is no object'
  return `an object with the fields ${
    Object.keys(body)
      .filter((key) => /^\w{1,40}$/.test(key))
      .slice(0, 8)
      .join(', ') || '(none)'
  }`
}

/** Why no answer came: a code of the connection, never a text. */
export function whyNothing(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at.name === 'TimeoutError' || at.name === 'AbortError') return 'timeout'
    if (
      'code' in at &&
      typeof at.code === 'string' &&
      /^(?:E[A-Z]|UND_ERR|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(at.code)
    )
      return at.code
  }
  return 'connection failed'
}
