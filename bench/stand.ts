import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Asked, Built, Counted, WorldSize } from './messages.ts'

/** The parent's side of the sandbox's process. One question at a time. */
export interface Stand {
  /** Takes the place of what was built before. */
  readonly build: (size: WorldSize) => Promise<Built>
  /** Counts from zero; from now on each request takes at least so long. */
  readonly reset: (latencyMs?: number) => Promise<void>
  readonly count: () => Promise<Counted>
  readonly close: () => Promise<void>
}

export function openStand(): Stand {
  const child = fork(fileURLToPath(new URL('outside.ts', import.meta.url)), {
    execPath: process.execPath,
    execArgv: [],
  })
  const gone = new Promise<void>((done) => void child.once('exit', () => done()))
  const ask = <T>(asked: Asked): Promise<T> =>
    new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`the sandbox is gone (exit ${code})`))
      child.once('exit', onExit)
      child.once('message', (answer: { said: T } | { failed: string }) => {
        child.removeListener('exit', onExit)
        if ('failed' in answer) reject(new Error(`the sandbox failed at ${asked.kind}: ${answer.failed}`))
        else resolve(answer.said)
      })
      child.send(asked)
    })
  return {
    build: (size) => ask<Built>({ kind: 'build', size }),
    reset: (latencyMs = 0) => ask({ kind: 'reset', latencyMs }),
    count: () => ask<Counted>({ kind: 'count' }),
    close: async () => {
      if (child.connected) child.disconnect()
      await gone
    },
  }
}
