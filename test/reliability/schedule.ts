import type { Around, Call } from './calls.ts'

/** Chooses which of several may go next: an index below `count`; `current` is that of whoever went last, or -1. */
export type Choose = (count: number, current: number) => number

/** Several processes in one, of which one at a time goes on, from one point to the next. Time never decides who. */
export interface Scheduler {
  /** For one process: its calls that are points wait here for their turn. */
  readonly around: (process: number) => Around
  /** A point of a process that is no call, such as a person's. */
  readonly point: (process: number) => Promise<void>
  /** Lets all of them run to their ends; `between` runs after every step. */
  readonly run: (processes: readonly Promise<unknown>[], between: () => Promise<void>) => Promise<void>
}

interface Waiting {
  readonly process: number
  readonly go: () => void
}

/** Every answer of the fakes comes within microtasks, so that after one turn of the event loop everybody waits or has ended. */
export function createScheduler(choose: Choose, isPoint: (call: Call) => boolean): Scheduler {
  let waiting: Waiting[] = []
  const point = (process: number) =>
    new Promise<void>((go) => {
      waiting.push({ process, go })
    })
  return {
    point,
    around: (process) => async (call, proceed) => {
      if (isPoint(call)) await point(process)
      return proceed()
    },
    run: async (processes, between) => {
      let isOver = false
      const all = Promise.all(processes).finally(() => {
        isOver = true
      })
      let last = -1
      for (;;) {
        await turn()
        if (waiting.length === 0) {
          if (isOver) break
          // A longer chain of microtasks, or a macrotask of the sandbox's: it will come.
          continue
        }
        const enabled = [...new Set(waiting.map(({ process }) => process))].toSorted((a, b) => a - b)
        const chosen = enabled[choose(enabled.length, enabled.indexOf(last))]
        const next = waiting.find(({ process }) => process === chosen)
        if (next === undefined) throw new Error('the schedule chose nobody')
        waiting = waiting.filter((one) => one !== next)
        last = next.process
        next.go()
        await turn()
        await between()
      }
      await all
    },
  }
}

function turn(): Promise<void> {
  return new Promise((done) => {
    setImmediate(done)
  })
}

/** Calls that tell the same whenever they are asked: stepping over them finds nothing. */
const timeless = ['self', 'link', 'permission', 'file', 'labelledVia', 'logs']

export const everyCall = (call: Call): boolean => !timeless.includes(call.operation)
export const everyWrite = (call: Call): boolean => call.isWrite

/**
 * Runs `once` under every schedule with at most `preemptions` switches away from somebody who could have gone on; a switch at
 * somebody's end is free. By replaying prefixes of choices, of which a random one is next: the first few schedules turn early and late
 * alike. Stops at `limit` schedules, and says whether that was all.
 */
export async function everySchedule(
  options: { readonly preemptions: number; readonly limit: number; readonly seed: number },
  once: (choose: Choose) => Promise<void>,
): Promise<{ readonly schedules: number; readonly isComplete: boolean }> {
  const random = randomOf(options.seed)
  const open: (readonly number[])[] = [[]]
  let schedules = 0
  while (open.length > 0) {
    if (schedules >= options.limit) return { schedules, isComplete: false }
    const [prefix = []] = open.splice(Math.floor(random() * open.length), 1)
    const taken: number[] = []
    const branches: (readonly number[])[] = []
    let spent = 0
    await once((count, current) => {
      const step = taken.length
      const usual = Math.max(current, 0)
      const choice = prefix[step] ?? usual
      if (step >= prefix.length) {
        for (let other = 0; other < count; other += 1) {
          const cost = current >= 0 ? 1 : 0
          if (other !== choice && spent + cost <= options.preemptions) branches.push([...taken, other])
        }
      }
      if (current >= 0 && choice !== current) spent += 1
      taken.push(choice)
      return choice
    })
    schedules += 1
    open.push(...branches)
  }
  return { schedules, isComplete: true }
}

/** Choices by a seed: mostly whoever went last, so that schedules have long stretches and sharp turns. */
export function seededChoices(seed: number): Choose {
  const random = randomOf(seed)
  return (count, current) => (current >= 0 && random() < 0.6 ? current : Math.floor(random() * count))
}

/** Mulberry32: small, good enough, and the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
