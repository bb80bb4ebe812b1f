import type { World } from '../../src/app/tick.ts'

export type Port = 'tracker' | 'ci' | 'pulls' | 'executor' | 'notifier' | 'rollout'

/** Whom a failure of this port names: pull requests are the tracker's. */
export const blamed = (port: Port): Exclude<Port, 'pulls'> => (port === 'pulls' ? 'tracker' : port)

/** One call that a process makes of one of its ports. */
export interface Call {
  readonly port: Port
  readonly operation: string
  readonly args: readonly unknown[]
  readonly isWrite: boolean
}

/** Stands around every call of a process: throws before or after it, waits, or counts. What it answers is what the caller gets. */
export type Around = (call: Call, proceed: () => Promise<unknown>) => Promise<unknown>

/** What changes something outside, by port. */
export const writes: { readonly [P in Port]: readonly string[] } = {
  tracker: ['comment', 'editComment', 'deleteComment', 'addLabel', 'removeLabel', 'close', 'reopen'],
  executor: ['createProject', 'createThread', 'startTurn', 'interrupt', 'archive'],
  ci: ['rerun'],
  pulls: ['merge', 'replyToThread', 'resolveThread', 'react', 'decideDeployment'],
  notifier: ['ring', 'update'],
  rollout: [],
}

/** Answers from memory: `now` and `remaining` are no calls of anything outside. */
const local = ['now', 'remaining', 'resetsAt', 'tokenEndsAt', 'rung', 'fail']

/** The same ports, with every call of the outside behind `around`. */
export function withAround(world: World, around: Around): World {
  const behind = <T extends object>(port: Port, target: T): T =>
    new Proxy(target, {
      get: (_target, property, receiver) => {
        const value: unknown = Reflect.get(target, property, receiver)
        const operation = String(property)
        if (typeof value !== 'function' || local.includes(operation)) return value
        const call = value as (...args: unknown[]) => Promise<unknown>
        const isWrite = writes[port].includes(operation)
        return async (...args: unknown[]) =>
          around({ port, operation, args, isWrite }, () => Reflect.apply(call, target, args))
      },
    })
  return {
    ...world,
    tracker: behind('tracker', world.tracker),
    ci: behind('ci', world.ci),
    pulls: behind('pulls', world.pulls),
    executor: behind('executor', world.executor),
    notifier: world.notifier && behind('notifier', world.notifier),
    rollout: world.rollout && behind('rollout', world.rollout),
  }
}

/** Thrown by a dead process's ports; no code of afk's may take it for a failure of the outside. */
class Killed extends Error {
  override readonly name = 'Killed'
}

/** The process is killed at its `at`-th write (from 1): before it was sent, or after it was done with its answer lost. */
export interface Death {
  readonly at: number
  readonly when: 'before' | 'after'
}

export interface Mortal {
  readonly around: Around
  readonly isDead: () => boolean
  /** Writes that were performed, in order, by {@link nameOfCall}. */
  readonly written: readonly string[]
}

/** Counts writes and dies at one of them: from then on every call of the process fails. */
export function mortal(death: Death | null, inner: Around = (_call, proceed) => proceed()): Mortal {
  const written: string[] = []
  let isDead = false
  let asked = 0
  const die = (): never => {
    isDead = true
    throw new Killed()
  }
  return {
    written,
    isDead: () => isDead,
    around: async (call, proceed) => {
      if (isDead) throw new Killed()
      if (!call.isWrite) return inner(call, proceed)
      asked += 1
      const mine = asked
      if (death?.at === mine && death.when === 'before') return die()
      const answer = await inner(call, async () => {
        const done = await proceed()
        written.push(nameOfCall(call))
        return done
      })
      if (death?.at === mine) return die()
      return answer
    },
  }
}

/** As `port.operation owner/name#number`, where there is an issue. */
export function nameOfCall({ port, operation, args }: Call): string {
  // Pull requests are named by two arguments, issues by one.
  if (typeof args[0] === 'string') return `${port}.${operation} ${args[0]}#${String(args[1])}`
  const [first] = args as readonly [{ readonly repo?: string; readonly number?: number; readonly issue?: number }]
  const number = first.number ?? first.issue
  return `${port}.${operation}${number === undefined ? '' : ` ${first.repo}#${number}`}`
}
