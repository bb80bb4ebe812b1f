import * as z from 'zod'
import type { ExecutorProbe } from '../../ports/probe.ts'
import { createCall } from './call.ts'
import { createExchange } from './exchange.ts'
import { parseAnswer } from './parse.ts'
import { supportedVersion } from './schemas.ts'
import type { T3Options } from './t3.ts'

/** T3, as far as only `afk doctor` asks it (contracts of T3, 1). */
export function createT3Probe(options: Omit<T3Options, 'publicUrl'>): ExecutorProbe {
  const exchange = createExchange({ ...options, meter: { requests: 0 } })
  const call = createCall({ exchange, token: options.token, deadline: options.deadline, clock: options.clock })
  return {
    server: async () => {
      const endpoint = 'GET /.well-known/t3/environment'
      const { body } = await call({ operation: 'server', method: 'GET', path: endpoint.slice(4), endpoint, once: true })
      const { serverVersion } = parseAnswer(serverAnswer, body, 'server', endpoint)
      return { version: serverVersion ?? null, supported: supportedVersion }
    },
    session: async () => {
      const endpoint = 'GET /api/auth/session'
      const { body } = await call({ operation: 'session', method: 'GET', path: endpoint.slice(4), endpoint })
      const { authenticated, scopes, expiresAt } = parseAnswer(sessionAnswer, body, 'session', endpoint)
      const end = Date.parse(expiresAt ?? '')
      return { authenticated, scopes: scopes ?? null, expiresAt: Number.isNaN(end) ? null : end }
    },
  }
}

/** The environment id is what makes this T3 and nobody else's JSON. */
const serverAnswer = z.object({ environmentId: z.string(), serverVersion: z.string().optional() })

const sessionAnswer = z.object({
  authenticated: z.boolean(),
  scopes: z.array(z.string()).optional(),
  expiresAt: z.string().optional(),
})
