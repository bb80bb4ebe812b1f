import * as z from 'zod'
import { PortError } from '../../ports/errors.ts'
import { whyNothing } from './outcome.ts'
import type { NotifierProbe } from '../../ports/probe.ts'

export interface SlackProbeOptions {
  readonly token: { readonly read: () => string }
  /** Ends in `/api/`. */
  readonly apiUrl: string
  readonly channel: string
  readonly userAgent: string
  readonly deadline: () => number
}

/** Slack, as far as only `afk doctor` asks it: two reads, by plain HTTP, for the vendor's client hides the header with the scopes. */
export function createSlackProbe(options: SlackProbeOptions): NotifierProbe {
  return {
    account: async () => {
      const { body, scopes } = await ask(options, 'auth.test', {})
      if (!body.ok) throw refused('account', body.error ?? 'no reason')
      return { team: body.team ?? '', user: body.user ?? '', scopes }
    },
    channel: async () => {
      // By its name a channel is found by Slack only when it is posted to.
      if (options.channel.startsWith('#')) return { kind: 'hidden', why: 'it is configured by name, not by id' }
      const { body } = await ask(options, 'conversations.info', { channel: options.channel })
      if (body.ok && body.channel) {
        const { name = '', is_member: member = false, is_archived: archived = false, is_private } = body.channel
        return { kind: 'seen', name, member, archived, private: is_private ?? false }
      }
      const why = body.error ?? 'no reason'
      if (why === 'channel_not_found') return { kind: 'missing', why }
      if (why === 'missing_scope' || why === 'not_in_channel') return { kind: 'hidden', why }
      throw refused('channel', why)
    },
  }
}

// Slack's error codes are such words; anything else in that place is not one.
const answerSchema = z.object({
  ok: z.boolean(),
  error: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,80}$/)
    .optional(),
  team: z.string().optional(),
  user: z.string().optional(),
  channel: z
    .object({
      name: z.string().optional(),
      is_member: z.boolean().optional(),
      is_archived: z.boolean().optional(),
      is_private: z.boolean().optional(),
    })
    .optional(),
})

const timeoutMs = 10_000

async function ask(options: SlackProbeOptions, method: string, form: Readonly<Record<string, string>>) {
  const limit = Math.floor(Math.min(timeoutMs, options.deadline()))
  if (limit <= 0) throw new PortError('notifier', method, 'unavailable', `Slack ${method}: no time left to ask`)
  let response: Response
  let text: string
  try {
    response = await fetch(new URL(method, options.apiUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${readToken(options, method)}`, 'user-agent': options.userAgent },
      body: new URLSearchParams(form),
      redirect: 'manual',
      signal: AbortSignal.timeout(limit),
    })
    text = await response.text()
  } catch (error) {
    if (error instanceof PortError) throw error
    throw new PortError('notifier', method, 'unavailable', `no answer from Slack (${method}, ${whyNothing(error)})`)
  }
  const { status, headers } = response
  if (status === 401) throw refused(method, 'invalid_auth')
  if (status === 429) throw new PortError('notifier', method, 'rate', 'Slack limits the rate (429)', { status })
  if (status >= 500) throw new PortError('notifier', method, 'unavailable', `Slack answers ${status}`, { status })
  const parsed = answerSchema.safeParse(jsonOf(text))
  if (status !== 200 || !parsed.success) {
    const message = `Slack ${method}: expected a JSON object with ok (HTTP 200), got something else (HTTP ${status})`
    throw new PortError('notifier', method, 'contract', message, { status })
  }
  const scopes = headers.get('x-oauth-scopes')
  return { body: parsed.data, scopes: scopes === null ? null : scopes.split(',').map((scope) => scope.trim()) }
}

/** Looked at first, because fetch would quote a token that is no header value in its error. */
function readToken({ token }: SlackProbeOptions, method: string): string {
  const value = token.read()
  if (/^[\x21-\x7e]+$/.test(value)) return value
  throw new PortError('notifier', method, 'auth', "Slack's bot token is empty or has characters that no token has")
}

function refused(operation: string, code: string): PortError {
  const auth = ['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive'].includes(code)
  return new PortError('notifier', operation, auth ? 'auth' : 'refused', `Slack says ${code}`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
