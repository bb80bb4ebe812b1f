import { WebClient } from './web-client.ts'

export type Method = 'chat.postMessage' | 'chat.update' | 'reactions.get'

export interface Call {
  readonly method: Method
  readonly args: Readonly<Record<string, unknown>>
  readonly token: string
  readonly apiUrl: string
  readonly userAgent: string
  /** Milliseconds for connection, headers and body together. */
  readonly timeout: number
}

/** What came back over the wire, or that nothing did. The client's own errors are not used: they mix transport and platform. */
export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null; readonly body: string }
  | { readonly kind: 'nothing'; readonly error: unknown }

/**
 * One call of Slack's Web API, sent exactly once: the client's ten retries and its missing timeout are both off. Never throws for
 * anything that the network or Slack does.
 */
export async function callSlack(call: Call): Promise<Answer> {
  let answer: Answer | undefined
  const client = new WebClient(call.token, {
    slackApiUrl: call.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: call.timeout,
    headers: { 'User-Agent': call.userAgent },
    logger: silent(),
    allowAbsoluteUrls: false,
    fetch: async (url, init) => {
      // Followed, a redirect would carry the message to another host, or turn the POST into a GET.
      const response = await fetch(url, { ...init, redirect: 'manual' })
      // Read here, so that a body that hangs or breaks off counts as no answer.
      const body = await response.text()
      answer = { kind: 'answer', status: response.status, retryAfter: response.headers.get('retry-after'), body }
      return new Response(body, { status: response.status, headers: response.headers })
    },
  })
  try {
    await client.apiCall(call.method, structuredClone(call.args))
  } catch (error) {
    answer ??= { kind: 'nothing', error }
  }
  return answer ?? { kind: 'nothing', error: new Error('the client sent nothing') }
}

/** The client prints warnings, answers and message texts; a log line of afk's is JSON without any of them (SPEC 12). */
function silent() {
  const nothing = () => {}
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    setLevel: nothing,
    setName: nothing,
    getLevel: () => 'error' as never,
  }
}
