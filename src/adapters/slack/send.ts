import { setTimeout as pause } from 'node:timers/promises'
import type * as z from 'zod'
import { PortError } from '../../ports/errors.ts'
import type { Method } from './call.ts'
import { type Failure, type Outcome, readAnswer } from './outcome.ts'

export interface Connection {
  /** `read` gives the token, `reload` reads its source again (after a rotation). Both may throw. */
  readonly token: { readonly read: () => string; readonly reload: () => string }
  /** Ends in `/api/`. */
  readonly apiUrl: string
  readonly userAgent: string
  /** Milliseconds that the tick has left. */
  readonly deadline: () => number
  /** Milliseconds a request may take; 10 s unless a test says otherwise. */
  readonly timeout?: number
}

export interface Request<Schema extends z.ZodType> {
  /** The port's method. */
  readonly operation: 'ring' | 'update' | 'reactions'
  readonly method: Method
  readonly args: Readonly<Record<string, unknown>>
  readonly schema: Schema
  /** Sent twice it does what it does once: repeated when no answer came. */
  readonly repeatable: boolean
}

const maxRepeats = 2
const firstPauseMs = 250
const shortWaitSeconds = 5

/**
 * Sends one request and gives its parsed answer, or why there is none. Sent again where nothing can have been done: after a token that Slack refuses (the
 * token is read again, once) and after a rate limit that ends within the deadline. A repeatable request also when it fails at once, twice: one
 * that has used up its time would only use it up again.
 * Throws PortError for what is wrong before anything is sent: no token, no time.
 */
export async function send<Schema extends z.ZodType>(
  connection: Connection,
  request: Request<Schema>,
): Promise<Outcome<z.infer<Schema>>> {
  const { operation } = request
  let token = readToken(connection.token.read, operation)
  let reloaded = false
  let repeats = 0
  for (;;) {
    const outcome = await once(connection, token, request)
    if (outcome.ok) return outcome
    if (outcome.category === 'auth' && !reloaded) {
      reloaded = true
      const fresh = readToken(connection.token.reload, operation)
      // The same token again would get the same answer.
      if (fresh !== token) {
        token = fresh
        continue
      }
    }
    const wait = pauseBefore(outcome, request.repeatable, repeats)
    if (wait === null || !fits(connection, wait)) return outcome
    repeats += 1
    await pause(wait)
  }
}

/** Milliseconds until the request may be sent again; null when it may not. */
function pauseBefore(failure: Failure, repeatable: boolean, repeats: number): number | null {
  const { category, retryAfter, timedOut } = failure
  if (category === 'rate' && retryAfter !== null) {
    // A message is worth a long wait; an edit or a look is made again in the next tick.
    return repeatable && retryAfter > shortWaitSeconds ? null : retryAfter * 1_000
  }
  if (category !== 'unavailable' || !repeatable || repeats >= maxRepeats || timedOut) return null
  return firstPauseMs * 2 ** repeats * (0.5 + Math.random())
}

/** The port's error for an outcome that is none. */
export function asPortError(operation: string, failure: Failure, subject?: string): PortError {
  const { category, message, status, retryAfter } = failure
  const words = subject === undefined ? message : `${message} (ringing ${subject})`
  return new PortError('notifier', operation, category, words, { status, retryAfter })
}

async function once<Schema extends z.ZodType>(connection: Connection, token: string, request: Request<Schema>) {
  const { operation, method, args, schema } = request
  // Not all the time that is left: what became of it must be written down in this tick.
  const timeout = Math.min(connection.timeout ?? 10_000, Math.floor(connection.deadline() / 2))
  if (timeout <= 0) {
    const message = `the tick has no time left for Slack (${operation}): the next one tries`
    throw new PortError('notifier', operation, 'unavailable', message, { isTooLate: true })
  }
  const { callSlack } = await import('./call.ts')
  const { apiUrl, userAgent } = connection
  return readAnswer(method, schema, await callSlack({ method, args, token, apiUrl, userAgent, timeout }))
}

/** A pause is worth it only if a request still fits behind it. */
function fits(connection: Connection, pauseMs: number): boolean {
  // A `Retry-After: 0` must not become a loop without a pause.
  return pauseMs > 0 && pauseMs + 1_000 < connection.deadline()
}

function readToken(read: () => string, operation: string): string {
  try {
    const token = read().trim()
    // A character that no header may carry would make the client throw the token itself into an error.
    if (/^[\x21-\x7e]+$/.test(token)) return token
  } catch (cause) {
    throw new PortError(
      'notifier',
      operation,
      'auth',
      "Slack's bot token cannot be read; check AFK_SLACK_BOT_TOKEN_FILE",
      { cause },
    )
  }
  throw new PortError('notifier', operation, 'auth', "Slack's bot token is empty or has characters that no token has")
}
