export type SlackFaultKind =
  | '429'
  /** HTTP 200 with `ratelimited`, as some methods say it. */
  | 'ratelimited'
  | '500'
  | 'hang'
  | 'reset'
  | 'html'
  | 'truncated-json'
  /** Posted, but the answer never arrives. */
  | 'lost-answer'
  /** A `{ok: false, error}` of Slack's, any code. */
  | { readonly error: string }

export interface SlackFault {
  readonly kind: SlackFaultKind
  /** Of `chat.postMessage`; every method when absent. */
  readonly method?: string
  /** How often, then it is gone; default for ever. */
  readonly times?: number
  /** For `429`: the header; null leaves it out. Default 30. */
  readonly retryAfter?: number | null
}

export interface SlackFaults {
  readonly add: (fault: SlackFault) => void
  readonly clear: () => void
  readonly take: (method: string) => SlackFault | undefined
}

export function createSlackFaults(): SlackFaults {
  let active: { fault: SlackFault; left: number }[] = []
  return {
    add: (fault) => void active.push({ fault, left: fault.times ?? Infinity }),
    clear: () => void (active = []),
    take: (method) => {
      const entry = active.find(({ fault, left }) => left > 0 && (fault.method ?? method) === method)
      if (entry === undefined) return undefined
      entry.left -= 1
      return entry.fault
    },
  }
}
