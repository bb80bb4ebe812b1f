import type { ApiRequest } from './request.ts'

export type FaultKind =
  | '401'
  | '403'
  | '404'
  | '409'
  | '429'
  | '500'
  | '502'
  | 'hang'
  | 'reset'
  | 'truncated-json'
  | 'html'
  | 'slow'
  /** The write is done, its answer never arrives. */
  | 'lost-answer'
  /** Someone else is quicker: `meanwhile` happens after the request was sent and before it is carried out. */
  | 'race'

export interface Fault {
  /** Which requests it strikes; all when absent. */
  readonly match?: Partial<ApiRequest>
  readonly kind: FaultKind
  /** How often, then it is gone; default for ever. */
  readonly times?: number
  /** For `slow`: how late the answer is. */
  readonly ms?: number
  /** For `429`: seconds. */
  readonly retryAfter?: number
  /** For `race`. */
  readonly meanwhile?: () => void
}

export interface Faults {
  readonly add: (fault: Fault) => void
  readonly clear: () => void
  /** The fault that strikes this request, which uses up one of its times. */
  readonly take: (request: ApiRequest) => Fault | undefined
}

export function createFaults(): Faults {
  let active: { fault: Fault; left: number }[] = []
  return {
    add: (fault) => void active.push({ fault, left: fault.times ?? Infinity }),
    clear: () => void (active = []),
    take: (request) => {
      const entry = active.find(({ fault, left }) => left > 0 && matches(fault.match ?? {}, request))
      if (entry === undefined) return undefined
      entry.left -= 1
      return entry.fault
    },
  }
}

function matches(match: Partial<ApiRequest>, request: ApiRequest): boolean {
  return Object.entries(match).every(([field, value]) => request[field as keyof ApiRequest] === value)
}
