export type Host = 'github' | 't3' | 'kubernetes'
export type Program = 'poller' | 'watcher'

/** What the sandbox is to hold. */
export interface WorldSize {
  readonly repos: number
  /** Ready issues in each repo, none of which may start: an open issue blocks them. */
  readonly ready: number
  /** Runs in flight, one a repo: every other one still works, the others have pushed and wait for checks. */
  readonly runs: number
}

/** What passed between a tick and the sandbox. */
export interface Traffic {
  readonly hosts: { readonly [host in Host]: { requests: number; bytes: number; inFlight: number } }
  /** The longest chain of requests of which each began after the one before it had ended. */
  depth: number
  /** Requests that are neither a GET nor a GraphQL query, the Lease's apart. */
  writes: number
  readonly userAgents: string[]
}

/** To the sandbox's process, and its answers. */
export type Asked =
  | { readonly kind: 'build'; readonly size: WorldSize }
  | { readonly kind: 'reset'; readonly latencyMs: number }
  | { readonly kind: 'count' }

export interface Built {
  /** Open gates and all that a tick needs. Without a lock; `lease` has what one needs beside it. */
  readonly env: Readonly<Record<string, string>>
  readonly lease: Readonly<Record<string, string>>
}

export interface Counted extends Traffic {
  readonly points: number
  /** What broke GitHub's contract or failed in the sandbox since it was built: anything here makes a figure worthless. */
  readonly faults: readonly string[]
}
