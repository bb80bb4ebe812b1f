import { Octokit } from '@octokit/core'
import { retry } from '@octokit/plugin-retry'
import type { Clock } from '../../ports/clock.ts'
import type { Fetch } from '../../ports/fetch.ts'
import type { AppAuth } from './app-auth.ts'
import type { TokenSource } from './credentials.ts'
import { authenticate, createCredentials } from './credentials.ts'
import type { Call } from './errors.ts'
import { saysNothingWasDone, saysRateLimited, toPortError } from './errors.ts'
import type { Recorder } from './meter.ts'
import type { Group } from './pacer.ts'
import { createPacer } from './pacer.ts'
import type { Repeatable } from './retry-policy.ts'
import { retryPolicy } from './retry-policy.ts'
import { createTransport } from './transport.ts'

export interface ClientOptions {
  /** Such as `https://api.github.com`. */
  readonly apiUrl: string
  /** Default: GraphQL beside `apiUrl`, where GitHub and GitHub Enterprise Server have it. */
  readonly graphqlUrl?: string
  readonly token: TokenSource | AppAuth
  /** Such as `afk/0.1.0`. */
  readonly userAgent: string
  readonly clock: Clock
  /** Milliseconds left of the tick, 0 or less when it is over. */
  readonly deadline: () => number
  /** For what Octokit has to say, such as a deprecation; never gets a body. */
  readonly log?: (message: string) => void
  /** The global one by default. */
  readonly fetch?: Fetch
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number | undefined>>
  readonly data: unknown
}

/** GitHub over HTTP, nothing parsed yet. Throws PortError. */
export interface Client {
  /**
   * `route` such as `GET /repos/{owner}/{repo}`. Everything but POST counts as idempotent unless `idempotent` says otherwise. With `once`
   * it is not sent again, whatever comes of it: for what a gate may forbid a moment later (SPEC 3.5).
   */
  readonly rest: (
    call: Call,
    route: string,
    parameters?: Readonly<Record<string, unknown>>,
    options?: { readonly idempotent?: boolean; readonly redirect?: 'manual'; readonly once?: boolean },
  ) => Promise<Answer>
  /** A GraphQL query, as the body that GitHub answers. With `splittable` a query that is too big fails at once. */
  readonly query: (
    call: Call,
    document: string,
    variables: Readonly<Record<string, unknown>>,
    options: { readonly splittable: boolean; readonly idempotent?: boolean; readonly once?: boolean },
  ) => Promise<unknown>
  readonly deadline: () => number
  readonly pause: (ms: number) => Promise<void>
  readonly userAgent: string
  readonly recorder: Recorder
}

/** The version that the published description and this adapter's schemas are of. */
const apiVersion = '2022-11-28'
const timeoutMs = 10_000
const maxInFlight = 8
const writeGapMs = 1000

/** Octokit with its throttling and retry plugins, set to afk's rules (SPEC 10). */
export function createClient(options: ClientOptions, recorder: Recorder): Client {
  const { clock, deadline } = options
  const transport = createTransport({
    deadline,
    timeoutMs,
    maxInFlight,
    sent: recorder.sent,
    answered: recorder.answered,
    fetch: options.fetch,
  })
  const say = (message: string) => options.log?.(message)
  const log = { debug: () => {}, info: () => {}, warn: say, error: say }
  const base = {
    baseUrl: options.apiUrl.replace(/\/+$/, ''),
    userAgent: options.userAgent,
    log,
    request: { fetch: transport, log },
  }
  const credentials = createCredentials(options.token, new Octokit(base).request)
  const policy = retryPolicy(deadline)
  // The policy alone says what is repeated, in milliseconds; the plugin's own list of statuses would repeat writes.
  const retries = {
    doNotRetry: Array.from({ length: 200 }, (_, index) => 400 + index),
    retryAfterBaseValue: 1,
  }
  const authentication = (octokit: Octokit) => authenticate(octokit, credentials)

  // Made when it is first needed: a tick that finds nothing to do asks by GraphQL alone.
  const openRest = async () => {
    const { throttling } = await import('@octokit/plugin-throttling')
    const rest = new (Octokit.plugin(authentication, throttling, policy, retry))({
      ...base,
      retry: retries,
      throttle: {
        // GitHub asks for a second between writes; the plugin's three for what notifies people are its own. Reads pass by.
        notifications: asGroup(createPacer(0, clock, deadline)),
        write: asGroup(createPacer(writeGapMs, clock, deadline)),
        onRateLimit: leaveToPolicy,
        onSecondaryRateLimit: leaveToPolicy,
      },
    })
    return rest.request.defaults({ headers: { 'x-github-api-version': apiVersion } })
  }
  let rest: ReturnType<typeof openRest> | undefined
  // Without throttling: it takes every GraphQL query for a write.
  const graph = new (Octokit.plugin(authentication, refuseEmptyAnswers, policy, retry))({
    ...base,
    retry: retries,
  })
  const graphqlUrl = options.graphqlUrl ?? besideRest(base.baseUrl)

  return {
    rest: async (
      call,
      route,
      parameters = {},
      { idempotent = !route.startsWith('POST '), redirect, once = false } = {},
    ) => {
      const afk: Repeatable = { idempotent, splittable: false }
      const request = { ...base.request, ...(once ? {} : { afk }), ...(redirect === undefined ? {} : { redirect }) }
      try {
        const answer: Answer = await (await (rest ??= openRest()))(route, { ...parameters, request })
        return answer
      } catch (error) {
        throw toPortError(error, call)
      }
    },
    query: async (call, document, variables, { splittable, idempotent = true, once = false }) => {
      const afk: Repeatable = { idempotent, splittable }
      const request = { ...base.request, ...(once ? {} : { afk }) }
      try {
        const answer: Pick<Answer, 'data'> = await graph.request({
          method: 'POST',
          url: graphqlUrl,
          query: document,
          variables,
          request,
        })
        return answer.data
      } catch (error) {
        throw toPortError(error, call)
      }
    },
    deadline,
    pause: (ms) => clock.sleep(ms),
    userAgent: options.userAgent,
    recorder,
  }
}

/** Typed as a class of Bottleneck's, of which the plugin calls no more than this. */
function asGroup(pacer: Group): never {
  return pacer as never
}

function leaveToPolicy(): boolean {
  return false
}

/** GraphQL says with status 200 that a limit was reached or that it gave up: failures like any other, for the policy to see. */
function refuseEmptyAnswers(octokit: Octokit): void {
  octokit.hook.after('request', (response, options) => {
    if (!saysRateLimited(response.data) && !saysNothingWasDone(response.data)) return
    throw Object.assign(new Error('GraphQL answered without a result'), {
      status: response.status,
      request: { ...options, request: { ...options.request } },
      response,
    })
  })
}

/** GitHub Enterprise Server has REST at `/api/v3` and GraphQL at `/api/graphql`. */
function besideRest(apiUrl: string): string {
  return apiUrl.endsWith('/api/v3') ? apiUrl.replace(/\/v3$/, '/graphql') : `${apiUrl}/graphql`
}
