import { dispatchFailed, empty, invalidRequest, json, threadNotFound, webPage, type Answer } from './answer.ts'
import { refuse, scopesOf, type Tokens } from './auth.ts'
import { exchange, type Pairings } from './oauth.ts'
import type { T3State } from './state.ts'

export interface RouteContext {
  state: T3State
  tokens: Tokens
  pairings: Pairings
  hasWebBundle: boolean
  sessionExpiresAt: string
}

export interface RouteRequest {
  method: string
  path: string
  authorization: string | undefined
  contentType: string | undefined
  /** The raw body; read only behind the credential. */
  body: string
}

const THREADS = '/api/orchestration/threads/'

/** What T3 answers, and does. Methods and paths that it does not know: 404 for writes, the web page for reads. */
export function route(context: RouteContext, request: RouteRequest): Answer {
  const { method, path } = request
  if (method === 'OPTIONS') return preflight
  if (method === 'GET') return routeGet(context, request)
  if (method !== 'POST') return empty(404)
  if (path === '/api/orchestration/dispatch') return routeDispatch(context, request)
  if (path === '/oauth/token') return exchange(context, request.body)
  return empty(404)
}

const preflight: Answer = {
  status: 204,
  body: '',
  headers: {
    'access-control-allow-headers': 'authorization,b3,traceparent,content-type,dpop',
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-max-age': '600',
  },
}

function routeGet(context: RouteContext, request: RouteRequest): Answer {
  const { state, tokens } = context
  const { path } = request
  if (path === '/.well-known/t3/environment') return json(200, describe(state))
  if (path === '/api/auth/session') return json(200, describeSession(context, request))
  const isThread = path.startsWith(THREADS) && path.length > THREADS.length && !path.slice(THREADS.length).includes('/')
  if (path !== '/api/orchestration/snapshot' && path !== '/api/orchestration/shell' && !isThread)
    return webPage(context.hasWebBundle)
  const refusal = refuse(tokens, request.authorization, 'orchestration:read', state.traceId())
  if (refusal !== null) return refusal
  if (path === '/api/orchestration/snapshot') return json(200, state.snapshot())
  if (path === '/api/orchestration/shell') return json(200, state.shell())
  const id = decode(path.slice(THREADS.length))
  const view = id === null ? null : state.thread(id)
  return view === null ? threadNotFound(state.traceId()) : json(200, view)
}

function routeDispatch({ state, tokens }: RouteContext, request: RouteRequest): Answer {
  const refusal = refuse(tokens, request.authorization, 'orchestration:operate', state.traceId())
  if (refusal !== null) return refusal
  const contentType = request.contentType ?? 'application/json'
  if (!/^application\/([\w.+-]*\+)?json\b/i.test(contentType)) {
    return {
      status: 415,
      body: `Unsupported content-type: ${contentType}`,
      contentType: 'text/plain',
    }
  }
  if (request.body === '') return empty(400)
  let body: unknown
  try {
    body = JSON.parse(request.body)
  } catch {
    return empty(500)
  }
  const result = state.dispatch(body)
  switch (result.kind) {
    case 'accepted':
      return json(200, { sequence: result.sequence })
    case 'malformed':
      return empty(400)
    case 'invalid':
      return invalidRequest('invalid_command', state.traceId())
    case 'rejected':
      return dispatchFailed(state.traceId())
  }
}

function describe(state: T3State): object {
  return {
    environmentId: state.environmentId(),
    label: 'sandbox',
    platform: { os: 'linux', arch: 'x64' },
    serverVersion: '0.0.28',
    capabilities: { repositoryIdentity: true },
  }
}

function describeSession({ tokens, sessionExpiresAt }: RouteContext, request: RouteRequest): object {
  const scopes = scopesOf(tokens, request.authorization)
  const auth = {
    policy: 'loopback-browser',
    bootstrapMethods: ['one-time-token'],
    sessionMethods: ['browser-session-cookie', 'bearer-access-token', 'dpop-access-token'],
    sessionCookieName: 't3_session',
  }
  if (scopes === null) return { authenticated: false, auth }
  return {
    authenticated: true,
    auth,
    scopes,
    sessionMethod: 'bearer-access-token',
    expiresAt: sessionExpiresAt,
  }
}

function decode(id: string): string | null {
  try {
    return decodeURIComponent(id)
  } catch {
    return null
  }
}
