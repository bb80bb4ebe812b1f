import { authenticate, type Credentials } from '../http/auth.ts'
import { invalid, Refusal, type ApiRequest, type Reply } from '../http/exchange.ts'
import { expirationHeader } from '../http/expiration.ts'
import { rateHeaders, rateRefusal, type RateBook } from '../http/rate.ts'
import type { Route } from '../openapi/route.ts'
import type { Validator, Violation } from '../openapi/validate.ts'
import type { GitHubState } from '../state/model.ts'
import { nameWithOwner } from '../state/repos.ts'
import type { Call } from './call.ts'
import { handlers } from './handlers.ts'

export interface RestContext {
  state: GitHubState
  base: string
  route: (method: string, path: string) => Route | null
  validator: Validator
  rate: RateBook
  violations: Violation[]
}

export interface Served {
  reply: Reply
  operation: string | null
}

/** Answers one REST request: who, quota, which operation, is the request valid, the handler, is the answer valid. */
export function serveRest(context: RestContext, request: ApiRequest): Served {
  const credentials = refusalOr(() => authenticate(context.state, request.headers['authorization']))
  if (credentials instanceof Refusal) return { reply: credentials.reply, operation: null }
  const path = pathByName(context.state, request.path)
  const route = context.route(request.method, path)
  const who = credentials.token?.login ?? (credentials.app ? `app ${credentials.app.slug}` : 'anonymous')
  const cost = route?.operation.operationId === 'rate-limit/get' ? 0 : 1
  const quota = context.rate.spend(who, 'core', cost)
  const served = quota.refused
    ? { reply: rateRefusal(who).reply, operation: null }
    : dispatch(context, request, path, route, credentials)
  const scopes: Record<string, string> = credentials.token?.scopes.length
    ? { 'x-oauth-scopes': credentials.token.scopes.join(', ') }
    : {}
  return {
    ...served,
    reply: {
      ...served.reply,
      headers: {
        ...rateHeaders('core', quota),
        ...scopes,
        ...expirationHeader(credentials.token),
        ...served.reply.headers,
      },
    },
  }
}

function dispatch(
  context: RestContext,
  request: ApiRequest,
  path: string,
  route: Route | null,
  credentials: Credentials,
): Served {
  const handler = route ? handlers[route.operation.operationId] : undefined
  if (!route || !handler) {
    context.violations.push({
      operation: `${request.method} ${request.path}`,
      text: 'the sandbox serves no such operation',
    })
    return {
      reply: new Refusal(501, `The sandbox does not serve ${request.method} ${request.path}`).reply,
      operation: null,
    }
  }
  const operation = route.operation
  const body = refusalOr(() => parseBody(request))
  if (body instanceof Refusal) return { reply: body.reply, operation: operation.operationId }
  const problems = context.validator.request(operation, {
    params: route.params,
    query: request.query,
    body,
  })
  context.violations.push(...problems)
  const wrongBody = problems.find((problem) => problem.text.startsWith('request body'))
  const call: Call = {
    ...credentials,
    state: context.state,
    base: context.base,
    now: context.state.clock.now(),
    rate: context.rate,
    method: request.method,
    params: route.params,
    query: request.query,
    body: (body ?? {}) as Record<string, unknown>,
    accept: request.headers['accept'] ?? '',
    rest: restOf(path, request.query),
  }
  const result = refusalOr(() => {
    if (wrongBody) throw invalid(`Invalid request.\n\n${wrongBody.text}`)
    return handler(call)
  })
  const reply = result instanceof Refusal ? result.reply : result
  if (reply.text === undefined)
    context.violations.push(...context.validator.response(operation, reply.status, reply.body))
  return { reply, operation: operation.operationId }
}

function parseBody(request: ApiRequest): unknown {
  if (request.text === '') return undefined
  try {
    return JSON.parse(request.text)
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
}

/** `/repositories/{id}/...`, to which redirects and page links lead, under the repository's present name. */
function pathByName(state: GitHubState, path: string): string {
  const match = /^\/repositories\/(\d+)(\/.*)?$/.exec(path)
  const repo = match ? state.repos.get(Number(match[1])) : undefined
  return repo ? `/repos/${nameWithOwner(repo)}${match?.[2] ?? ''}` : path
}

function restOf(path: string, query: Record<string, string>): string {
  const rest = /^\/repos\/[^/]+\/[^/]+(\/.*)?$/.exec(path)?.[1] ?? ''
  const search = new URLSearchParams(query).toString()
  return search === '' ? rest : `${rest}?${search}`
}

function refusalOr<T>(run: () => T): T | Refusal {
  try {
    return run()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
