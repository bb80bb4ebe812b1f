/** The part of `fetch` that adapters need: the global one fits, and so does the lighter one that a tick gets (`src/plain-fetch.ts`). */
export type Fetch = (
  url: string | URL,
  init: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
    readonly signal: AbortSignal
    /** A redirect is an answer like any other. */
    readonly redirect: 'manual'
  },
) => Promise<Fetched>

/** An answer once its headers are there. */
export interface Fetched {
  readonly status: number
  readonly statusText: string
  readonly headers: ResponseHeaders
  readonly arrayBuffer: () => Promise<ArrayBuffer>
  readonly text: () => Promise<string>
}

/** Names in any case; null for one that did not come. */
export type ResponseHeaders = Iterable<[string, string]> & Pick<Headers, 'get'>
