import type { Instant } from '../../core/model.ts'

/** What a tick has spent at GitHub so far, read live. */
export interface Meter {
  /** HTTP requests sent to the API, repeats and redirects included, log files not. */
  readonly requests: number
  /** GraphQL points as GitHub charged them. */
  readonly points: number
  /** The smaller of the shares (0 to 1) that are left of the REST and the GraphQL limit; null before the first answer that tells. */
  readonly remaining: number | null
}

export interface Recorder {
  readonly meter: Meter
  /** GitHub's own time in the newest answer. */
  readonly now: () => Instant | null
  readonly sent: () => void
  readonly answered: (headers: Headers) => void
  readonly charged: (cost: number, remaining: number, limit: number) => void
}

export function createRecorder(): Recorder {
  let requests = 0
  let points = 0
  let newest: Instant | null = null
  const shares = new Map<string, number>()

  function share(resource: string, remaining: number, limit: number): void {
    if (limit > 0 && remaining >= 0) shares.set(resource, Math.min(1, remaining / limit))
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
        return shares.size === 0 ? null : Math.min(...shares.values())
      },
    },
    now: () => newest,
    sent: () => {
      requests += 1
    },
    answered: (headers) => {
      const date = Date.parse(headers.get('date') ?? '')
      // Answers of parallel requests arrive in any order: time only goes forward.
      if (!Number.isNaN(date)) newest = Math.max(newest ?? date, date)
      const remaining = headers.get('x-ratelimit-remaining')
      const limit = headers.get('x-ratelimit-limit')
      if (remaining === null || limit === null) return
      share(headers.get('x-ratelimit-resource') ?? 'core', Number(remaining), Number(limit))
    },
    charged: (cost, remaining, limit) => {
      points += cost
      share('graphql', remaining, limit)
    },
  }
}
