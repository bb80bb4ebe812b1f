import { checkMessage } from './check-message.ts'
import { readMessages } from './messages.ts'
import type { Upstream } from './upstream.ts'

/** What Slack refuses and the emulator does not: bad blocks, and a reply to a message that is gone. Null when it goes on. */
export async function refusalOf(
  method: string,
  form: URLSearchParams,
  upstream: Upstream,
): Promise<Record<string, unknown> | null> {
  if (method !== 'chat.postMessage' && method !== 'chat.update') return null
  const refusal = checkMessage(form)
  const parent = form.get('thread_ts')
  if (refusal !== null || parent === null) return refusal
  const found = (await readMessages(upstream)).find(({ ts }) => ts === parent)
  // A reply's own ts may be taken or not, and leads to odd threads (docs.slack.dev, chat.postMessage, `thread_ts`): here it may not.
  return found === undefined || found.thread !== null ? { ok: false, error: 'cannot_reply_to_message' } : null
}

/** Slack's lists of users may leave some out unless `full` is asked for (docs.slack.dev, reactions.get); the emulator's never do. */
export function shortenUsers(text: string, form: URLSearchParams): string {
  if (form.get('full') === 'true') return text
  const body = JSON.parse(text) as { message?: { reactions?: { users: string[] }[] } }
  for (const reaction of body.message?.reactions ?? []) reaction.users = reaction.users.slice(0, 1)
  return JSON.stringify(body)
}
