import * as z from 'zod'
import type { Category } from '../../ports/errors.ts'
import { ConfigTrouble } from './config-trouble.ts'

/** Why an operation on the API server failed, without any text of its answer. */
export interface Failure {
  readonly category: Category
  readonly status: number | null
  /** Seconds. */
  readonly retryAfter: number | null
  /** `reason` of the server's Status object; null when the answer was none, such as a proxy's page. */
  readonly reason: string | null
  readonly message: string
}

/** An answer that is no success, as the vendor's `ApiException` tells it; told by its form, so that the vendor need not be loaded. */
export interface Refusal extends Error {
  readonly code: number
  readonly body: unknown
  readonly headers: unknown
}

/** Sorts whatever a request threw into a category of SPEC 10. */
export function readFailure(error: unknown): Failure {
  if (error instanceof ConfigTrouble) return { ...none, category: 'config', message: error.message }
  if (isAnswer(error)) return fromStatus(error.code, error.body, error.headers)
  const transport = transportReason(error)
  if (transport !== null)
    return { ...none, category: 'unavailable', message: `no answer from the Kubernetes API (${transport})` }
  if (isFileTrouble(error)) {
    return {
      ...none,
      category: 'auth',
      message: 'the credentials for the Kubernetes API cannot be read (token or certificate file)',
    }
  }
  return {
    ...none,
    category: 'contract',
    message: 'the Kubernetes API answers with something that is no JSON of its own; expected an API object',
  }
}

function isAnswer(error: unknown): error is Refusal {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'number' && 'body' in error && 'headers' in error
  )
}

const none = { status: null, retryAfter: null, reason: null } as const

// Its error bodies are Status objects (API conventions, *Response Status Kind*). The client hands them over as text.
const statusObject = z.object({
  kind: z.literal('Status'),
  reason: z
    .string()
    .regex(/^[A-Za-z]{0,60}$/)
    .default(''),
})

function fromStatus(status: number, body: unknown, headers: unknown): Failure {
  const reason = readReason(body)
  const known = { status, retryAfter: readRetryAfter(headers), reason }
  const says = `the Kubernetes API answers ${status}${reason === null || reason === '' ? '' : ` ${reason}`}`
  if (status === 401) {
    return {
      ...known,
      category: 'auth',
      message: `${says}: it does not know the token; check the service account or KUBECONFIG`,
    }
  }
  // SPEC 10: a limit is told with 403 as well, and then says for how long.
  if (status === 429 || (status === 403 && known.retryAfter !== null))
    return { ...known, category: 'rate', message: says }
  if (status >= 500) return { ...known, category: 'unavailable', message: says }
  // A page of some proxy, or another server altogether: neither "not there" nor "not allowed" was said by Kubernetes.
  if (reason === null)
    return { ...known, category: 'contract', message: `${says}, without a Status object; check the server's address` }
  const category = status === 403 ? 'forbidden' : status === 404 ? 'not-found' : status === 409 ? 'conflict' : 'refused'
  return { ...known, category, message: says }
}

function readReason(body: unknown): string | null {
  try {
    const parsed = statusObject.safeParse(typeof body === 'string' ? JSON.parse(body) : body)
    return parsed.success ? parsed.data.reason : null
  } catch {
    return null
  }
}

function readRetryAfter(headers: unknown): number | null {
  const value =
    typeof headers === 'object' && headers !== null && 'retry-after' in headers ? headers['retry-after'] : null
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : null
}

function transportReason(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at.name === 'TimeoutError' || at.name === 'AbortError') return 'timeout'
    if (
      'code' in at &&
      typeof at.code === 'string' &&
      /^(?:E(?:CONN|PIPE|HOST|NET|TIMEDOUT|AI)|UND_ERR|ENOTFOUND|HPE_|ERR_TLS|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(
        at.code,
      )
    )
      return at.code
  }
  // undici: `fetch failed` before the headers, `terminated` in the body.
  return error instanceof TypeError && /^(?:fetch failed|terminated)$/.test(error.message) ? 'connection failed' : null
}

function isFileTrouble(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')
}
