import type { World } from '../../src/app/tick.ts'

/** The process is killed at its `at`-th write (from 1): before it was sent, or after it was done with its answer lost. */
export interface Death {
  readonly at: number
  readonly when: 'before' | 'after'
}

/** Thrown by a dead process's ports; no code of afk's may catch it. */
class Killed extends Error {
  override readonly name = 'Killed'
}

const writes: { readonly [port: string]: readonly string[] } = {
  tracker: ['comment', 'editComment', 'deleteComment', 'addLabel', 'removeLabel', 'close', 'reopen'],
  executor: ['createProject', 'createThread', 'startTurn', 'interrupt', 'archive'],
  ci: ['rerun'],
  pulls: ['merge', 'replyToThread', 'resolveThread', 'react', 'decideDeployment'],
  notifier: ['ring', 'update'],
}

/** Ports that count writes, and die at one of them: from then on every call of the process fails. */
export function withDeath(
  world: World,
  death: Death | null,
  beforeFirstWrite: () => void | Promise<void> = () => {},
): { readonly world: World; readonly isDead: () => boolean; readonly written: () => number } {
  let dead = false
  let count = 0
  const mortal = <T extends object>(name: string, port: T): T =>
    new Proxy(port, {
      get: (target, property, receiver) => {
        const value: unknown = Reflect.get(target, property, receiver)
        if (typeof value !== 'function') return value
        return intercepted(name, String(property), value as (...args: unknown[]) => unknown, target)
      },
    })
  const intercepted = (port: string, operation: string, call: (...args: unknown[]) => unknown, target: object) => {
    const isWrite = writes[port]?.includes(operation) ?? false
    return (...args: unknown[]): unknown => {
      if (dead) throw new Killed()
      if (!isWrite) return call.apply(target, args)
      return write(() => call.apply(target, args) as Promise<unknown>)
    }
  }
  const write = async (proceed: () => Promise<unknown>): Promise<unknown> => {
    count += 1
    if (count === 1) await beforeFirstWrite()
    if (death?.at === count && death.when === 'before') return die()
    const result = await proceed()
    if (death?.at === count && death.when === 'after') return die()
    return result
  }
  const die = (): never => {
    dead = true
    throw new Killed()
  }
  return {
    world: {
      tracker: mortal('tracker', world.tracker),
      ci: mortal('ci', world.ci),
      pulls: mortal('pulls', world.pulls),
      executor: mortal('executor', world.executor),
      notifier: world.notifier && mortal('notifier', world.notifier),
      rollout: world.rollout,
      clock: world.clock,
    },
    isDead: () => dead,
    written: () => count,
  }
}
