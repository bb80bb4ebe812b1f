export interface ApiRequest {
  method: string
  /** Without the query, still percent-encoded. */
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  /** The raw text; empty when there was none. */
  text: string
}

export interface Reply {
  status: number
  /** Sent as JSON; undefined sends nothing. */
  body?: unknown
  /** Sent as it stands, instead of `body`. */
  text?: string
  headers?: Record<string, string>
}

/** A refusal in GitHub's shape. Thrown by handlers, because a refusal ends them. */
export class Refusal extends Error {
  readonly reply: Reply

  constructor(
    status: number,
    message: string,
    extra: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(message)
    const documentation = 'https://docs.github.com/rest'
    this.reply = {
      status,
      body: { message, ...extra, documentation_url: documentation, status: String(status) },
      headers,
    }
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found')
}

export function invalid(message: string, errors: unknown[] = []): Refusal {
  return new Refusal(422, message, { errors })
}
