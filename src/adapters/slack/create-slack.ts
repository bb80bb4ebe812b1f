import * as z from 'zod'
import type { DoorbellMessage } from '../../core/effects.ts'
import { PortError } from '../../ports/errors.ts'
import type { Notifier, Reaction, Receipt } from '../../ports/notifier.ts'
import type { SlackMessage } from './blocks.ts'
import { renderBlocks } from './blocks.ts'
import { MENTION_WORDS, parseMention } from './mention.ts'
import { asPortError, type Connection, send } from './send.ts'

export interface SlackOptions extends Connection {
  readonly channel: string
  /** Whom escalations mention, as in the configuration; null for nobody. */
  readonly mention: string | null
}

/**
 * Slack as the doorbell (SPEC 9). A message is sent once: an answer that never came is `unavailable`, and the caller decides whether
 * to ring again. Updates and reads are repeated while there is time (SPEC 10).
 * Throws PortError; `config` at once for a mention that Slack would not understand.
 */
export function createSlack(options: SlackOptions): Notifier {
  const mention = requireMention(options.mention)
  return {
    ring: (message, { thread } = {}) => ring(options, message, renderBlocks(message, mention), thread),
    update: async ({ channel, ts }, message) => {
      // An edit notifies nobody, and shows a mention to whoever reads it later as if it were meant for now.
      const args = { channel, ts, ...formOf(renderBlocks(message, null)) }
      const request = { operation: 'update', method: 'chat.update', args, schema: posted, repeatable: true } as const
      const outcome = await send(options, request)
      if (!outcome.ok) throw asPortError('update', outcome)
    },
    reactions: (receipt) => reactions(options, receipt),
  }
}

/** Of a message that was posted or updated. */
export const posted = z.object({ ok: z.literal(true), channel: z.string().min(1), ts: z.string().regex(/^\d+\.\d+$/) })

async function ring(
  options: SlackOptions,
  source: DoorbellMessage,
  message: SlackMessage,
  thread: Receipt | undefined,
): Promise<Receipt> {
  const post = (where: Readonly<Record<string, unknown>>) => {
    const args = { ...where, ...formOf(message), unfurl_links: false, unfurl_media: false }
    return send(options, {
      operation: 'ring',
      method: 'chat.postMessage',
      args,
      schema: posted,
      repeatable: false,
    })
  }
  let outcome = await post(thread === undefined ? { channel: options.channel } : inThread(thread, source))
  // Nothing was posted: a bell that finds no place in its thread is still to be heard.
  if (!outcome.ok && thread !== undefined && threadCodes.includes(outcome.code ?? ''))
    outcome = await post({ channel: options.channel })
  if (!outcome.ok) throw asPortError('ring', outcome, source.kind)
  return { channel: outcome.value.channel, ts: outcome.value.ts }
}

function inThread({ channel, ts }: Receipt, { mention }: DoorbellMessage) {
  return { channel, thread_ts: ts, ...(mention ? { reply_broadcast: true } : {}) }
}

// docs.slack.dev, chat.postMessage, errors; the channel may be another than the configured one by now, and closed to the bot.
const threadCodes: readonly string[] = [
  'thread_not_found',
  'message_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
  'restricted_action_non_threadable_channel',
  'channel_not_found',
  'not_in_channel',
  'is_archived',
]

function formOf(message: SlackMessage) {
  return { text: message.text, blocks: message.blocks, parse: 'none', link_names: false }
}

export const reacted = z.object({
  ok: z.literal(true),
  message: z.object({
    reactions: z.array(z.object({ name: z.string().min(1), users: z.array(z.string().min(1)) })).optional(),
  }),
})

async function reactions(options: SlackOptions, { channel, ts }: Receipt): Promise<readonly Reaction[]> {
  const outcome = await send(options, {
    operation: 'reactions',
    method: 'reactions.get',
    // Without `full` Slack may leave users out of a long list (docs.slack.dev, reactions.get).
    args: { channel, timestamp: ts, full: true },
    schema: reacted,
    repeatable: true,
  })
  if (!outcome.ok) throw asPortError('reactions', outcome)
  return outcome.value.message.reactions ?? []
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
