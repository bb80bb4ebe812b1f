import type { Instant } from '../../core/model.ts'
import type { Clock } from '../../ports/clock.ts'
import { PortError } from '../../ports/errors.ts'
import type { Answer, Exchange } from './exchange.ts'
import { isFromT3, secondsToWait, serverTimeOf, understand, type Asked, type Understood } from './understand.ts'

export interface Request extends Asked {
  readonly path: string
  readonly body?: string
  /** One request without a token and without a repetition. */
  readonly once?: boolean
  /** Asked before each repetition; false: none. */
  readonly mayRepeat?: (() => boolean) | undefined
}

export interface Call {
  (request: Request): Promise<Understood>
  /** The newest time that the server told of itself. */
  readonly serverTime: () => Instant | null
}

export interface CallOptions {
  readonly exchange: Exchange
  readonly token: { readonly read: () => string; readonly reload: () => string }
  readonly deadline: () => number
  readonly clock: Clock
}

/** Reads are harmless; a write carries its command id, so that a lost one is sent once more and done once (SPEC 8.6). */
const repetitions = { GET: 2, POST: 1 }
const backoffMs = 200

/** Sends a request as often as SPEC 10 allows, with the token read again after a 401, and understands its answer. Throws {@link PortError} alone. */
export function createCall({ exchange, token, deadline, clock }: CallOptions): Call {
  let serverTime: Instant | null = null
  let reloaded = false

  const call = async (request: Request): Promise<Understood> => {
    const answer = await withFreshToken(request)
    const at = serverTimeOf(answer.headers)
    if (at !== null) serverTime = Math.max(at, serverTime ?? at)
    return understand(answer, request)
  }
  return Object.assign(call, { serverTime: () => serverTime })

  /** Tokens rotate: the first 401 of a tick has the token's file read again, later ones profit from it. */
  async function withFreshToken(request: Request): Promise<Answer> {
    if (request.once === true) return answered(request, null)
    const sent = readToken(request)
    const answer = await answered(request, sent)
    if (answer.status !== 401) return answer
    if (!reloaded) {
      reloaded = true
      reload(request)
    }
    const renewed = readToken(request)
    return renewed === sent || request.mayRepeat?.() === false ? answer : answered(request, renewed)
  }

  /** Looked at first, because fetch would quote a token that is no header value in its error. */
  function readToken({ operation, endpoint }: Request): string {
    const value = token.read()
    if (/^[\x21-\x7e]+$/.test(value)) return value
    const words = 'the token is empty or has other characters than visible ASCII ones; look at AFK_T3_TOKEN'
    throw new PortError('executor', operation, 'auth', `${endpoint}: ${words}`)
  }

  function reload({ operation, endpoint }: Request): void {
    try {
      token.reload()
    } catch {
      throw new PortError(
        'executor',
        operation,
        'auth',
        `${endpoint}: T3 refuses the token (401), and the file of AFK_T3_TOKEN_FILE could not be read again`,
        { status: 401 },
      )
    }
  }

  async function answered(request: Request, bearer: string | null): Promise<Answer> {
    const { operation, method, path, endpoint, body } = request
    const most = request.once === true ? 0 : repetitions[method]
    let waited = false
    let last: Awaited<ReturnType<Exchange>> | null = null
    for (let tries = 0; ; tries += 1) {
      if (last !== null && request.mayRepeat?.() === false) {
        if (last.kind === 'answer') return last
        throw unavailable(operation, endpoint, `${last.why}; not sent again, as agent work may not begin any more`)
      }
      const got = await exchange({ method, path, token: bearer, ...(body === undefined ? {} : { body }) })
      last = got
      if (got.kind === 'unsent') throw unavailable(operation, endpoint, got.why)
      const limit = got.kind === 'answer' && most > 0 && !waited ? secondsToWait(got) : null
      // Nothing was done. Waiting is worth it only if a request still fits behind it (SPEC 10).
      if (limit !== null && limit * 1000 + 1000 < deadline()) {
        waited = true
        await clock.sleep(limit * 1000)
        continue
      }
      const pause = backoffMs * 2 ** tries * (1 + Math.random())
      const isLast = tries >= most || pause >= deadline()
      if (got.kind === 'answer') {
        if (isLast || method !== 'GET' || got.status < 500 || isFromT3(got)) return got
      } else if (isLast) {
        throw unavailable(operation, endpoint, got.why)
      }
      await clock.sleep(pause)
    }
  }
}

function unavailable(operation: string, endpoint: string, why: string): PortError {
  return new PortError('executor', operation, 'unavailable', `${endpoint}: ${why}`)
}
