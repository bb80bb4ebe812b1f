import { createT3, type T3, type T3Options } from '../../../src/adapters/t3/t3.ts'
import { threadAnswer, type Thread } from '../../../src/adapters/t3/schemas.ts'
import { httpBench, type HttpBench } from '../../sandbox/t3/http-bench.ts'
import { sample } from '../../sandbox/t3/harness.ts'
import type { T3ServerOptions } from '../../sandbox/t3/server.ts'

/** Pauses that were asked for, in milliseconds; none is really made. */
function fastClock(): { pauses: number[]; clock: T3Options['clock'] } {
  const pauses: number[] = []
  return { pauses, clock: { now: () => performance.now(), sleep: async (ms) => void pauses.push(ms) } }
}

const publicUrl = 'https://t3.example.com'

export interface Opened {
  readonly t3: T3
  readonly bench: HttpBench
  readonly publicUrl: string
  readonly pauses: number[]
  readonly close: () => Promise<void>
}

/** The adapter against the sandbox's server. */
export async function openT3(options: Partial<T3Options> = {}, server: Partial<T3ServerOptions> = {}): Promise<Opened> {
  const bench = await httpBench({}, server)
  const { pauses, clock } = fastClock()
  const t3 = createT3({
    url: `${bench.server.url}/`,
    publicUrl: `${publicUrl}/`,
    token: { read: () => 'admin', reload: () => 'admin' },
    userAgent: 'afk/test',
    deadline: () => 10_000,
    clock,
    ...options,
  })
  return { t3, bench, publicUrl, pauses, close: () => bench.server.close() }
}

/** A recorded thread, as the adapter reads it. */
export function sampleThread(name: string): Thread {
  return threadAnswer.parse(sample(name)).thread
}
