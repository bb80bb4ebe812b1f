import type { Instant } from '../../src/core/model.ts'
import type { Category } from '../../src/ports/errors.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { GitHubState, Token } from '../sandbox/github/state/model.ts'
import { findUser } from '../sandbox/github/state/users.ts'

/**
 * Stands around every call of a fake, with the arguments as the caller gave them. Whatever it does instead of or around `proceed`
 * is what the caller sees: throw before it (nothing was done), after it (done, and the answer lost), or wait and let others go first.
 */
export type Intercept = <T>(
  port: 'tracker' | 'ci',
  operation: string,
  args: readonly unknown[],
  proceed: () => Promise<T>,
) => Promise<T>

/** The service's time in its newest answer: one for the two fakes of a tick, as the two real ports share one client. */
export interface SeenTime {
  readonly newest: () => Instant | null
  readonly answered: (now: number) => void
}

export interface FakeOptions {
  /** Whose token it is: a person's login, or that of an installed app's bot, with its `[bot]`. */
  readonly as: string
  readonly intercept?: Intercept
  readonly seen?: SeenTime
}

/** One call of a fake, on its way. */
export interface FakeCall {
  readonly state: GitHubState
  readonly now: number
  /** The service is asked: from here on there is an answer. Throws `auth` for an account that is not there (any more). */
  readonly send: () => Token
  readonly fail: (category: Category, subject: string, words: string, status: number) => PortError
}

/** The operations of a port as functions of the state: each happens in one instant. */
export type Operations<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (...args: infer Args) => Promise<infer Value>
    ? (call: FakeCall, ...args: Args) => Value
    : never
}

export function createSeenTime(): SeenTime {
  let newest: Instant | null = null
  return {
    newest: () => newest,
    answered: (now) => void (newest = Math.max(newest ?? 0, wholeSeconds(now))),
  }
}

/** The port that these operations make, each behind the interceptor. */
export function asPort<Port extends object>(
  port: 'tracker' | 'ci',
  state: GitHubState,
  operations: Operations<Port>,
  options: FakeOptions & { readonly seen: SeenTime },
): Port {
  const intercept: Intercept = options.intercept ?? ((_port, _operation, _args, proceed) => proceed())
  const wrap = (operation: string, run: (call: FakeCall, ...args: readonly unknown[]) => unknown) => {
    const proceed = async (args: readonly unknown[]) => run(callOf(port, operation, state, options), ...args)
    return async (...args: readonly unknown[]) => intercept(port, operation, args, () => proceed(args))
  }
  const methods = Object.entries(operations).map(([operation, run]) => [operation, wrap(operation, run as never)])
  return Object.fromEntries(methods) as Port
}

/** GitHub shows whole seconds. */
export function wholeSeconds(ms: number): Instant {
  return Math.floor(ms / 1000) * 1000
}

function callOf(
  port: 'tracker' | 'ci',
  operation: string,
  state: GitHubState,
  { as, seen }: { readonly as: string; readonly seen: SeenTime },
): FakeCall {
  const now = state.clock.now()
  const fail: FakeCall['fail'] = (category, subject, words, status) =>
    new PortError(port, operation, category, `github ${operation} of ${subject}: ${words} (fake)`, { status })
  const send = () => {
    seen.answered(now)
    const token = tokenOf(state, as)
    if (token === null) throw fail('auth', `the token of ${as}`, 'the token was not accepted', 401)
    return token
  }
  return { state, now, send, fail }
}

function tokenOf(state: GitHubState, login: string): Token | null {
  const user = findUser(state, login)
  if (user === null) return null
  const app = [...state.apps.values()].find((candidate) => candidate.botLogin === user.login)
  const installation = [...state.installations.values()].find((candidate) => candidate.appId === app?.id)
  return {
    token: `fake token of ${user.login}`,
    login: user.login,
    kind: app === undefined ? 'user' : 'installation',
    scopes: [],
    viaApp: app?.slug ?? null,
    installationId: installation?.id ?? null,
    expiresAt: null,
  }
}
