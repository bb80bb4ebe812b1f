import { nameOfCall, type Call } from '../calls.ts'
import type { Monitor } from '../monitor.ts'

/** What becomes of a request: not served and not answered; served and not answered; served and answered so many milliseconds late. */
export type Fate = 'serve' | 'nothing' | 'no answer' | number

export interface Seen {
  readonly to: 'github' | 't3' | 'slack'
  /** This one with it. */
  readonly requests: number
  /** This one without it. */
  readonly writes: number
  /** The name of the write that this request is; null for a read. */
  readonly write: string | null
}

/** Decides, before a request is served, what becomes of it. */
export type Listener = (to: Seen['to'], write: string | null) => Fate

/** A request as a server has it. */
export interface Arrival {
  readonly to: Seen['to']
  /** Null for a read. Asked again once it is done, when more may be known of it. Throws for a write that has no name. */
  readonly call: () => Call | null
  /** That it has been carried out, whatever became of its answer. */
  readonly isDone: () => boolean
}

/** Every request of real processes. Each write is shown to the monitor once it is done: at the next request, or at a process' end. */
export interface Arrivals {
  readonly arrive: (arrival: Arrival) => Fate
  /** Those who are told of every request: one a process that runs. */
  readonly listeners: Set<Listener>
  /** Shows the monitor what is done by now. */
  readonly look: () => Promise<void>
  /** Names of the writes that were done, in order. */
  readonly written: readonly string[]
  /** Writes that nobody has named. Who throws in a server is not heard. */
  readonly unnamed: readonly string[]
}

export function createArrivals(monitor: Monitor): Arrivals {
  let pending: { readonly name: string; readonly call: Arrival['call']; readonly isDone: Arrival['isDone'] }[] = []
  const looks: Promise<void>[] = []
  const listeners = new Set<Listener>()
  const written: string[] = []
  const unnamed: string[] = []

  function lookAtDone(): void {
    const done = pending.filter(({ isDone }) => isDone())
    pending = pending.filter((write) => !done.includes(write))
    for (const { name, call } of done) {
      written.push(name)
      const known = call()
      if (known !== null) looks.push(monitor.afterWrite(known))
    }
  }

  function nameOf(call: Arrival['call']): string | null {
    try {
      const known = call()
      return known === null ? null : nameOfCall(known)
    } catch (error) {
      unnamed.push(String(error))
      return null
    }
  }

  return {
    listeners,
    written,
    unnamed,
    arrive: ({ to, call, isDone }) => {
      lookAtDone()
      const name = nameOf(call)
      const fate = [...listeners].map((listen) => listen(to, name)).find((one) => one !== 'serve') ?? 'serve'
      if (name !== null && fate !== 'nothing') pending.push({ name, call, isDone })
      return fate
    },
    look: async () => {
      lookAtDone()
      await Promise.all(looks)
    },
  }
}
