import type { Instant } from '../../core/model.ts'
import type { ResponseHeaders } from '../../ports/fetch.ts'

/** What a tick has spent at GitHub so far, read live. */
export interface Meter {
  /** HTTP requests sent to the API, repeats and redirects included, log files not. */
  readonly requests: number
  /** GraphQL points as GitHub charged them. */
  readonly points: number
  /** The smaller of the shares (0 to 1) that are left of the REST and the GraphQL limit; null before the first answer that tells. */
  readonly remaining: number | null
  /** When the limit of which that share is left begins anew; null before an answer told. */
  readonly resetsAt: Instant | null
  /** What GitHub last said of each of its hourly limits: REST counts requests, GraphQL points. Null before it did. */
  readonly rest: Quota | null
  readonly graphql: Quota | null
}

interface Quota {
  readonly left: number
  readonly limit: number
  readonly resetsAt: Instant | null
}

export interface Recorder {
  readonly meter: Meter
  /** GitHub's own time in the newest answer. */
  readonly now: () => Instant | null
  /** The end of the token that the newest answer with one was asked with. */
  readonly tokenEndsAt: () => Instant | null
  readonly sent: () => void
  readonly answered: (headers: ResponseHeaders) => void
  readonly charged: (cost: number, remaining: number, limit: number, resetsAt: Instant | null) => void
  /** Whose token it is, as an answer told. */
  readonly identified: (login: string) => void
  /** Null before any answer told. */
  readonly self: () => string | null
}

export function createRecorder(): Recorder {
  let requests = 0
  let points = 0
  let newest: Instant | null = null
  let tokenEnd: Instant | null = null
  let self: string | null = null
  const quotas = new Map<string, Quota>()

  function share(resource: string, left: number, limit: number, resetsAt: Instant | null): void {
    if (limit > 0 && left >= 0) quotas.set(resource, { left, limit, resetsAt })
  }

  function scarcest(): Quota | undefined {
    return [...quotas.values()].toSorted((a, b) => a.left / a.limit - b.left / b.limit)[0]
  }

  return {
    meter: {
      get requests() {
        return requests
      },
      get points() {
        return points
      },
      get remaining() {
        const least = scarcest()
        return least === undefined ? null : Math.min(1, least.left / least.limit)
      },
      get resetsAt() {
        return scarcest()?.resetsAt ?? null
      },
      get rest() {
        return quotas.get('core') ?? null
      },
      get graphql() {
        return quotas.get('graphql') ?? null
      },
    },
    now: () => newest,
    tokenEndsAt: () => tokenEnd,
    sent: () => {
      requests += 1
    },
    answered: (headers) => {
      const date = Date.parse(headers.get('date') ?? '')
      // Answers of parallel requests arrive in any order: time only goes forward.
      if (!Number.isNaN(date)) newest = Math.max(newest ?? date, date)
      // Told with every answer to a personal token that ends, such as `2026-12-01 09:00:00 UTC`.
      const end = Date.parse(headers.get('github-authentication-token-expiration') ?? '')
      if (!Number.isNaN(end)) tokenEnd = end
      const remaining = wholeNumber(headers.get('x-ratelimit-remaining'))
      const limit = wholeNumber(headers.get('x-ratelimit-limit'))
      if (remaining === null || limit === null) return
      // In seconds since the epoch.
      const reset = wholeNumber(headers.get('x-ratelimit-reset'))
      share(headers.get('x-ratelimit-resource') ?? 'core', remaining, limit, reset === null ? null : reset * 1000)
    },
    charged: (cost, remaining, limit, resetsAt) => {
      points += cost
      share('graphql', remaining, limit, resetsAt)
    },
    identified: (login) => {
      self = login
    },
    self: () => self,
  }
}

/** Twelve digits of seconds are still an instant; more, or an exponent, would be none that anybody could print. */
function wholeNumber(header: string | null): number | null {
  return header !== null && /^\d{1,12}$/.test(header) ? Number(header) : null
}
