import type { ConfigurationOptions, RequestContext, ResponseContext } from './client.ts'
import { KubeConfig, Observable } from './client.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { loadConfig } from './load-config.ts'
import type { Failure } from './read-failure.ts'
import { readFailure } from './read-failure.ts'
import { repeat, type CallOptions, type Called, type RawAnswer, type Repeat } from './repeat.ts'

type Send = (config: KubeConfig, options: ConfigurationOptions) => Promise<RawAnswer>

/** One operation on the API server through the vendor's client, repeated as {@link repeat} says. Never throws for what server or network do. */
export function call(options: CallOptions, how: Repeat, send: Send): Promise<Called> {
  let config: KubeConfig | Failure | undefined
  return repeat(options, how, async (timeout, fresh) => {
    if (fresh || config === undefined) config = open(options.access)
    if (!(config instanceof KubeConfig)) return { ok: false, failure: config }
    try {
      return { ok: true, answer: await send(config, withTimeout(timeout, options.userAgent)) }
    } catch (error) {
      return { ok: false, failure: readFailure(error) }
    }
  })
}

function open(access: ClusterAccess): KubeConfig | Failure {
  try {
    return loadConfig(access)
  } catch (error) {
    return readFailure(error)
  }
}

/** The client has no timeout of its own; the signal covers connection, headers and body. */
function withTimeout(ms: number, userAgent: string): ConfigurationOptions {
  return {
    middleware: [
      {
        pre: (context: RequestContext) => {
          context.setSignal(AbortSignal.timeout(ms))
          context.setHeaderParam('User-Agent', userAgent)
          return new Observable(Promise.resolve(context))
        },
        post: (context: ResponseContext) => new Observable(Promise.resolve(context)),
      },
    ],
    middlewareMergeStrategy: 'append',
  }
}
