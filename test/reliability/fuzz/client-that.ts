import type { Answer, Client } from '../../../src/adapters/github/client.ts'
import { createRecorder } from '../../../src/adapters/github/meter.ts'

/** A client whose answers are made elsewhere. `key`: which request it is, whatever its parameters are. */
export function clientThat(answer: (key: string, go: (real: Client) => Promise<unknown>) => Promise<unknown>): Client {
  return {
    rest: async (call, route, ...rest) =>
      (await answer(`${call.operation} ${route}`, (real) => real.rest(call, route, ...rest))) as Answer,
    query: async (call, document, ...rest) =>
      answer(`${call.operation} ${/^query \w+/.exec(document)?.[0]}`, (real) => real.query(call, document, ...rest)),
    deadline: () => 60_000,
    pause: async () => {},
    userAgent: 'afk/test',
    recorder: createRecorder(),
  }
}
