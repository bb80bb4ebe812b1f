import type { ApiRequest, Reply } from './exchange.ts'

export type FaultKind =
  | '401'
  | '403'
  | '403-rate'
  | '403-secondary'
  | '404'
  | '405'
  | '405-race'
  | '409'
  | '422'
  | '429'
  | '500'
  | '502'
  | '301'
  | 'html'
  | 'hang'
  | 'reset'
  | 'slow'
  | 'reset-mid-body'
  | 'truncated-json'
  | 'lost-answer'

export type FaultMatch = ((request: ApiRequest) => boolean) | { method?: string; pathRegex?: RegExp }

export interface Fault {
  match: FaultMatch
  kind: FaultKind
  /** How many requests it hits. Default: every one until it is removed. */
  times?: number
  /** For `slow`. Default 500. */
  delayMs?: number
  /** Seconds, for `403-secondary` and `429`. Default 1. */
  retryAfter?: number
}

export interface Faults {
  /** Answers a function that takes the fault out again. */
  add: (fault: Fault) => () => void
  clear: () => void
  /** The first fault that hits this request, counted off. */
  take: (request: ApiRequest) => Fault | null
}

export function createFaults(): Faults {
  let active: { fault: Fault; left: number }[] = []
  return {
    add(fault) {
      const entry = { fault, left: fault.times ?? Infinity }
      active.push(entry)
      return () => {
        active = active.filter((other) => other !== entry)
      }
    },
    clear() {
      active = []
    },
    take(request) {
      const hit = active.find((entry) => entry.left > 0 && matches(entry.fault.match, request))
      if (!hit) return null
      hit.left -= 1
      return hit.fault
    },
  }
}

function matches(match: FaultMatch, request: ApiRequest): boolean {
  if (typeof match === 'function') return match(request)
  if (match.method !== undefined && match.method.toUpperCase() !== request.method) return false
  return match.pathRegex === undefined || match.pathRegex.test(request.path)
}

const words: Partial<Record<FaultKind, [number, string]>> = {
  '401': [401, 'Bad credentials'],
  '403': [403, 'Resource not accessible by personal access token'],
  '404': [404, 'Not Found'],
  '405': [405, 'Pull Request is not mergeable'],
  '405-race': [405, 'Base branch was modified. Review and try the merge again.'],
  '409': [409, 'Git Repository is empty.'],
  '422': [422, 'Validation Failed'],
  '500': [500, 'Server Error'],
}

/** The answer a fault gives in the real one's place; null for those that tamper with the connection or the real answer. */
export function faultReply(fault: Fault, nowMs: number, base: string): Reply | null {
  const plain = words[fault.kind]
  if (plain)
    return {
      status: plain[0],
      body: {
        message: plain[1],
        documentation_url: 'https://docs.github.com/rest',
        status: String(plain[0]),
      },
    }
  const retryAfter = String(fault.retryAfter ?? 1)
  if (fault.kind === '502')
    return {
      status: 502,
      text: '<html><body><h1>502 Bad Gateway</h1></body></html>',
      headers: { 'content-type': 'text/html' },
    }
  if (fault.kind === 'html')
    return {
      status: 200,
      text: '<!doctype html><title>Sign in</title>',
      headers: { 'content-type': 'text/html; charset=utf-8' },
    }
  if (fault.kind === '301')
    return {
      status: 301,
      body: { message: 'Moved Permanently', url: `${base}/moved` },
      headers: { location: `${base}/moved` },
    }
  if (fault.kind === '429')
    return {
      status: 429,
      body: { message: 'Too many requests' },
      headers: { 'retry-after': retryAfter },
    }
  if (fault.kind === '403-secondary')
    return {
      status: 403,
      body: {
        message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      },
      headers: { 'retry-after': retryAfter },
    }
  if (fault.kind === '403-rate')
    return {
      status: 403,
      body: { message: 'API rate limit exceeded for user ID 1.' },
      headers: {
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-used': '5000',
        'x-ratelimit-reset': String(Math.ceil(nowMs / 1000) + 600),
      },
    }
  return null
}
