import type { Exceptions, Manner } from './faults.ts'
import type { Seen } from './faulty.ts'

/** One way to call one operation of a port. */
export interface Row<World> {
  /** Which of its requests the fault strikes, for an operation that makes several. */
  readonly part?: string
  readonly aims?: (request: Omit<Seen, 'struck'>) => boolean
  readonly manner: Manner
  readonly ask: (world: World) => Promise<unknown>
  /** What it answers when nothing is wrong, as `toMatchObject` takes it. */
  readonly answers?: unknown
  /** For a write: how often it has been done. */
  readonly done?: (world: World) => number | Promise<number>
  readonly exceptions?: Exceptions
  /** More requests struck than its category says, because the operation looks again by itself. */
  readonly most?: number
  /** It sends no token. */
  readonly isAnonymous?: boolean
}

/** `local`: answered from memory, no request. */
export type Operations<World> = { readonly [operation: string]: readonly Row<World>[] | 'local' }

/** A sandbox for one case, and the real adapter to connect to it. */
export interface Opened<Ports> {
  readonly upstream: string
  /** The adapter, against this address. With `stale` its token file holds a token that is not accepted, until `rotate`. */
  readonly connect: (url: string, options: ConnectOptions) => Connected<Ports>
  readonly close: () => Promise<void>
}

export interface ConnectOptions {
  readonly deadlineMs: number
  readonly stale: boolean
}

interface Connected<Ports> {
  readonly ports: Ports
  readonly rotate: () => void
  /** How often the token's file was read again; null where only the requests can tell. */
  readonly reloads: () => number | null
}

/** A sandbox, connected. */
export type Ready<World extends Opened<object>> = World & {
  readonly ports: ReturnType<World['connect']>['ports']
}

/** A token's file as the adapters see it: read once, and again when asked to. */
export function tokenFile(good: string, stale: boolean) {
  let inFile = stale ? staleToken : good
  let read = inFile
  let reloads = 0
  return {
    token: {
      read: () => read,
      reload: () => {
        reloads += 1
        read = inFile
        return read
      },
    },
    rotate: () => void (inFile = good),
    reloads: () => reloads,
  }
}

export const staleToken = 'stale-token'
