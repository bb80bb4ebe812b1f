import type { Clock } from './model.ts'

export interface Scheduler {
  /** Runs `task` at `at`, not before; the returned function cancels it. Background tasks do not count for `nextAt`. */
  at(at: number, task: (at: number) => void, background?: boolean): () => void
  /** Runs all that is due by the clock, in order of time; each task is told its own time, however late it is run. */
  settle(): void
  /** When the next task that is not in the background is due; null when there is none. */
  nextAt(): number | null
  /** Forgets everything: the process was killed. */
  clear(): void
}

interface Item {
  at: number
  order: number
  background: boolean
  task: (at: number) => void
}

/**
 * The server's future, advanced lazily: nothing here needs a timer, so a clock that a test moves by hand works as well as a real one.
 * `wake`, if given, is told of every new foreground task's time, so that a real server can act unasked.
 */
export function createScheduler(clock: Clock, wake?: (at: number) => void): Scheduler {
  let items: Item[] = []
  let order = 0
  let settling = false
  return {
    at: (at, task, background = false) => {
      order += 1
      const item: Item = { at, order, background, task }
      items.push(item)
      if (!background) wake?.(at)
      return () => {
        items = items.filter((other) => other !== item)
      }
    },
    settle: () => {
      // A task may read the state again (an agent's side effect does): the outer loop goes on with whatever that leaves.
      if (settling) return
      settling = true
      try {
        for (let next = takeDue(); next !== undefined; next = takeDue()) next.task(next.at)
      } finally {
        settling = false
      }
    },
    nextAt: () => {
      const times = items.filter((item) => !item.background).map((item) => item.at)
      return times.length === 0 ? null : Math.min(...times)
    },
    clear: () => {
      items = []
    },
  }

  function takeDue(): Item | undefined {
    const now = clock.now()
    let first: Item | undefined
    for (const item of items) {
      if (
        item.at <= now &&
        (first === undefined || item.at < first.at || (item.at === first.at && item.order < first.order))
      )
        first = item
    }
    if (first !== undefined) items = items.filter((item) => item !== first)
    return first
  }
}
