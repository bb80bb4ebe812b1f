import type { Actor } from '../../core/model.ts'
import type { Pulls } from '../../ports/pulls.ts'
import type { Client } from './client.ts'

/** {@link Pulls} that is loaded with its first call: a tick without pull requests pays nothing for them. */
export function lazyPulls(client: Client, self: () => Promise<Actor>): Pulls {
  let loaded: Promise<Pulls> | undefined
  const pulls = () => (loaded ??= import('./pulls.ts').then(({ createPulls }) => createPulls(client, self)))
  return {
    list: async (...args) => (await pulls()).list(...args),
    view: async (...args) => (await pulls()).view(...args),
    files: async (...args) => (await pulls()).files(...args),
    merge: async (...args) => (await pulls()).merge(...args),
    replyToThread: async (...args) => (await pulls()).replyToThread(...args),
    resolveThread: async (...args) => (await pulls()).resolveThread(...args),
    comments: async (...args) => (await pulls()).comments(...args),
    react: async (...args) => (await pulls()).react(...args),
    waitingDeployments: async (...args) => (await pulls()).waitingDeployments(...args),
    decideDeployment: async (...args) => (await pulls()).decideDeployment(...args),
  }
}
