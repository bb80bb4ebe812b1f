import { Refusal } from './exchange.ts'

export type Resource = 'core' | 'graphql'

export interface Quota {
  limit: number
  used: number
  remaining: number
  /** Epoch seconds. */
  reset: number
}

export interface RateBook {
  /** Counts a cost and answers the quota after it; `refused` when it was not there to spend. */
  spend: (who: string, resource: Resource, cost: number) => Quota & { refused: boolean }
  peek: (who: string, resource: Resource) => Quota
}

const hour = 3_600_000

/** Windows of one hour that begin with the first request in them. `now` in epoch milliseconds. */
export function createRateBook(now: () => number, limits: Record<Resource, number>): RateBook {
  const windows = new Map<string, { used: number; resetAt: number }>()
  const windowOf = (who: string, resource: Resource): { used: number; resetAt: number } => {
    const key = `${resource} ${who}`
    const known = windows.get(key)
    if (known && known.resetAt > now()) return known
    const fresh = { used: 0, resetAt: now() + hour }
    windows.set(key, fresh)
    return fresh
  }
  const quota = (resource: Resource, window: { used: number; resetAt: number }): Quota => ({
    limit: limits[resource],
    used: window.used,
    remaining: Math.max(0, limits[resource] - window.used),
    reset: Math.ceil(window.resetAt / 1000),
  })
  return {
    spend(who, resource, cost) {
      const window = windowOf(who, resource)
      const refused = window.used + cost > limits[resource]
      if (!refused) window.used += cost
      return { ...quota(resource, window), refused }
    },
    peek: (who, resource) => quota(resource, windowOf(who, resource)),
  }
}

export function rateHeaders(resource: Resource, quota: Quota): Record<string, string> {
  return {
    'x-ratelimit-limit': String(quota.limit),
    'x-ratelimit-remaining': String(quota.remaining),
    'x-ratelimit-used': String(quota.used),
    'x-ratelimit-reset': String(quota.reset),
    'x-ratelimit-resource': resource,
  }
}

export function rateRefusal(who: string): Refusal {
  return new Refusal(403, `API rate limit exceeded for ${who}.`)
}
