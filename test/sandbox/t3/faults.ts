export type FaultKind =
  | '401'
  | '403'
  | '429'
  | '500'
  | '502'
  /** Nothing is written, nothing is answered. */
  | 'hang'
  /** Nothing is written, the connection is reset. */
  | 'reset'
  /** The write is done, the answer breaks off in its body. */
  | 'reset-mid-body'
  /** The write is done; a whole answer whose JSON is cut short. */
  | 'truncated-json'
  /** Nothing is written; the web page, with 200. */
  | 'html'
  /** Done and answered, `delayMs` late (real time, default 1000). */
  | 'slow'
  /** The write is done, its answer never comes. */
  | 'lost-answer'

/** One request as it was recorded. `status` is null while, or for ever when, there is no answer. */
export interface RecordedRequest {
  method: string
  path: string
  status: number | null
  /** By the injected clock. */
  at: number
  fault: FaultKind | null
  commandType: string | null
  commandId: string | null
  threadId: string | null
}

export type Match =
  | {
      method?: string
      path?: string | RegExp
      commandType?: string
      commandId?: string
      threadId?: string
    }
  | ((request: RecordedRequest) => boolean)

export interface Fault {
  match: Match
  kind: FaultKind
  /** How many requests it hits; default all, until it is removed. */
  times?: number
  delayMs?: number
}

export interface Faults {
  /** The first fault that matches a request wins; the returned function removes this one. */
  add(fault: Fault): () => void
  clear(): void
}

export interface FaultList extends Faults {
  take(request: RecordedRequest): Fault | null
}

export function createFaults(): FaultList {
  let faults: { fault: Fault; left: number }[] = []
  return {
    add: (fault) => {
      const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY }
      faults.push(entry)
      return () => {
        faults = faults.filter((other) => other !== entry)
      }
    },
    clear: () => {
      faults = []
    },
    take: (request) => {
      const entry = faults.find(({ fault, left }) => left > 0 && matches(fault.match, request))
      if (entry === undefined) return null
      entry.left -= 1
      return entry.fault
    },
  }
}

function matches(match: Match, request: RecordedRequest): boolean {
  if (typeof match === 'function') return match(request)
  const { path } = match
  if (path instanceof RegExp ? !path.test(request.path) : path !== undefined && path !== request.path) return false
  return (['method', 'commandType', 'commandId', 'threadId'] as const).every(
    (field) => match[field] === undefined || match[field] === request[field],
  )
}
