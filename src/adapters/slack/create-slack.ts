import { setTimeout as pause } from 'node:timers/promises'
import type { DoorbellMessage } from '../../core/effects.ts'
import { PortError } from '../../ports/errors.ts'
import type { Notifier, Receipt } from '../../ports/notifier.ts'
import type { SlackMessage } from './blocks.ts'
import { renderBlocks } from './blocks.ts'
import { MENTION_WORDS, parseMention } from './mention.ts'
import type { Outcome } from './outcome.ts'
import { readAnswer } from './outcome.ts'

export interface SlackOptions {
  /** `read` gives the token, `reload` reads its source again (after a rotation). Both may throw. */
  readonly token: { readonly read: () => string; readonly reload: () => string }
  /** Ends in `/api/`. */
  readonly apiUrl: string
  readonly channel: string
  /** Whom escalations mention, as in the configuration; null for nobody. */
  readonly mention: string | null
  readonly userAgent: string
  /** Milliseconds that the tick has left. */
  readonly deadline: () => number
  /** Milliseconds a request may take; 10 s unless a test says otherwise. */
  readonly timeout?: number
}

/**
 * Rings by Slack's `chat.postMessage` (SPEC 9). A message is sent once: an answer that never came is `unavailable`, and the caller
 * decides whether to ring again. Only two answers are followed by a second request, because nothing was posted: a token that Slack
 * refuses (the token is read again, once) and a rate limit that ends within the deadline.
 * Throws PortError; `config` at once for a mention that Slack would not understand.
 */
export function createSlack(options: SlackOptions): Notifier {
  const mention = requireMention(options.mention)
  return {
    ring: (message) => ring(options, renderBlocks(message, mention), message),
  }
}

async function ring(options: SlackOptions, message: SlackMessage, source: DoorbellMessage): Promise<Receipt> {
  let token = readToken(options.token.read)
  let reloaded = false
  for (;;) {
    const outcome = await post(options, token, message)
    if (outcome.ok) return outcome.receipt
    if (outcome.category === 'auth' && !reloaded) {
      reloaded = true
      const fresh = readToken(options.token.reload)
      // The same token again would get the same answer.
      if (fresh !== token) {
        token = fresh
        continue
      }
    }
    if (outcome.category === 'rate' && outcome.retryAfter !== null && fits(options, outcome.retryAfter)) {
      await pause(outcome.retryAfter * 1_000)
      continue
    }
    throw new PortError('notifier', 'ring', outcome.category, `${outcome.message} (ringing ${source.kind})`, {
      status: outcome.status,
      retryAfter: outcome.retryAfter,
    })
  }
}

async function post(options: SlackOptions, token: string, message: SlackMessage): Promise<Outcome> {
  const timeout = Math.min(options.timeout ?? 10_000, Math.floor(options.deadline()))
  if (timeout <= 0) {
    throw new PortError('notifier', 'ring', 'unavailable', 'the tick has no time left to ring: the next one rings')
  }
  const { postMessage } = await import('./call.ts')
  const { apiUrl, channel, userAgent } = options
  return readAnswer(await postMessage({ token, apiUrl, channel, userAgent, timeout, message }))
}

/** A pause is worth it only if a request still fits behind it. */
function fits(options: SlackOptions, retryAfter: number): boolean {
  // A `Retry-After: 0` must not become a loop without a pause.
  return retryAfter > 0 && retryAfter * 1_000 + 1_000 < options.deadline()
}

function readToken(read: () => string): string {
  try {
    const token = read().trim()
    // A character that no header may carry would make the client throw the token itself into an error.
    if (/^[\x21-\x7e]+$/.test(token)) return token
  } catch (cause) {
    throw new PortError(
      'notifier',
      'ring',
      'auth',
      "Slack's bot token cannot be read; check AFK_SLACK_BOT_TOKEN_FILE",
      { cause },
    )
  }
  throw new PortError('notifier', 'ring', 'auth', "Slack's bot token is empty or has characters that no token has")
}

function requireMention(text: string | null): string | null {
  if (text === null || text.trim() === '') return null
  const mention = parseMention(text)
  if (mention !== undefined) return mention
  throw new PortError(
    'notifier',
    'create',
    'config',
    `AFK_SLACK_MENTION: expected ${MENTION_WORDS}, got something else`,
  )
}
