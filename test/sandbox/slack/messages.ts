import { channel, readerToken } from './seed.ts'
import type { Upstream } from './upstream.ts'

export interface PostedMessage {
  readonly channel: string
  readonly ts: string
  readonly user: string
  readonly text: string
  readonly blocks: readonly unknown[]
  /** The message that this one stands under; null for one of the channel's own. */
  readonly thread: string | null
  /** A reply that is shown in the channel as well. */
  readonly broadcast: boolean
  readonly edited: boolean
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[]
}

/** What stands in the channel and in its threads, oldest first. */
export async function readMessages(upstream: Upstream): Promise<PostedMessage[]> {
  const own = await read(upstream, 'conversations.history', { channel, limit: '1000' })
  const threads = own.filter(({ reply_count: replies = 0 }) => replies > 0)
  const replies = await Promise.all(
    threads.map(({ ts = '' }) => read(upstream, 'conversations.replies', { channel, ts })),
  )
  const all = new Map([...own, ...replies.flat()].map((message) => [message.ts ?? '', message]))
  return [...all.values()].map(posted).toSorted((a, b) => (a.ts < b.ts ? -1 : 1))
}

interface Raw {
  readonly ts?: string
  readonly user?: string
  readonly text?: string
  readonly blocks?: readonly unknown[]
  readonly thread_ts?: string
  readonly reply_broadcast?: boolean
  readonly reply_count?: number
  readonly edited?: unknown
  readonly reactions?: PostedMessage['reactions']
}

async function read(upstream: Upstream, method: string, form: Record<string, string>): Promise<readonly Raw[]> {
  const answer = await upstream(method, String(new URLSearchParams(form)), readerToken)
  const body = (await answer.json()) as { ok: boolean; messages?: readonly Raw[] }
  if (!body.ok || body.messages === undefined)
    throw new Error(`the emulator does not tell its messages: ${JSON.stringify(body)}`)
  return body.messages
}

function posted({ ts = '', user = '', text = '', blocks = [], reactions = [], ...raw }: Raw): PostedMessage {
  return {
    channel,
    ts,
    user,
    text,
    blocks,
    thread: raw.thread_ts === undefined || raw.thread_ts === ts ? null : raw.thread_ts,
    broadcast: raw.reply_broadcast ?? false,
    edited: raw.edited !== undefined,
    reactions: reactions.map(({ name, users }) => ({ name, users })),
  }
}
