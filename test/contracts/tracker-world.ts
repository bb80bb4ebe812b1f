import { createGitHub } from '../../src/adapters/github/github.ts'
import type { Ci } from '../../src/ports/ci.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { Pulls } from '../../src/ports/pulls.ts'
import type { LabelNames, Tracker } from '../../src/ports/tracker.ts'
import { createFakeCi } from '../fakes/ci.ts'
import { createFakePulls } from '../fakes/pulls.ts'
import { createFakeTracker } from '../fakes/tracker.ts'
import { createSeenTime } from '../fakes/tracker-session.ts'
import type { People } from '../sandbox/github/people.ts'
import { peopleOf } from '../sandbox/github/people.ts'
import { startGitHubServer } from '../sandbox/github/server.ts'
import { createGitHubState } from '../sandbox/github/state/create.ts'
import type { GitHubState } from '../sandbox/github/state/model.ts'
import { addRepo } from '../sandbox/github/state/repos.ts'
import { addToken, addUser } from '../sandbox/github/state/users.ts'

export const shop = 'acme/shop'
export const secret = 'acme/secret'

export const labels: LabelNames = {
  ready: 'ready-for-agent',
  inProgress: 'agent-in-progress',
  human: 'ready-for-human',
}

export interface GitHubPorts {
  readonly tracker: Tracker
  readonly ci: Ci
  readonly pulls: Pulls
}

/** A GitHub, and the ports to it for whoever is asked for, one tick each. */
export interface GitHubWorld {
  readonly state: GitHubState
  readonly people: People
  /** Moves the service's clock forward. */
  readonly pass: (ms: number) => void
  readonly as: (login: string) => GitHubPorts
  /** Fails when anything was said that breaks the service's published contract. */
  readonly close: () => Promise<void>
}

/** The in-process fakes. */
export async function fakeWorld(): Promise<GitHubWorld> {
  const world = populated()
  return { ...world, as: (login) => fakesOf(world.state, login), close: async () => {} }
}

/** The real adapter, against the sandbox's server over HTTP. */
export async function httpWorld(): Promise<GitHubWorld> {
  const world = populated()
  const server = await startGitHubServer(world.state)
  return {
    ...world,
    as: (login) => adapterOf(world.state, server.url, login),
    close: async () => {
      await server.close()
      const [violation] = server.violations
      if (violation !== undefined) throw new Error(`${violation.operation}: ${violation.text}`)
    },
  }
}

export function fakesOf(state: GitHubState, as: string): GitHubPorts {
  const options = { as, seen: createSeenTime() }
  return {
    tracker: createFakeTracker(state, options),
    ci: createFakeCi(state, options),
    pulls: createFakePulls(state, options),
  }
}

export function adapterOf(state: GitHubState, apiUrl: string, login: string): GitHubPorts {
  const record = [...state.tokens.values()].find((token) => token.login.toLowerCase() === login.toLowerCase())
  const token = record?.token ?? 'a token of nobody'
  let now = 0
  return createGitHub({
    apiUrl,
    token: { read: () => token, reload: () => token },
    userAgent: 'afk/contract',
    // Pauses between comments pass at once.
    clock: { now: () => now, sleep: async (ms) => void (now += ms) },
    deadline: () => 30_000,
  })
}

/** The PortError that a promise is rejected with; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<PortError> {
  const outcome = await promise.then(
    () => 'no error',
    (error: unknown) => error,
  )
  if (outcome instanceof PortError) return outcome
  throw new Error('expected a PortError', { cause: outcome })
}

/** The one value of a batch of one. */
export function onlyValue<T>(
  answers: readonly ({ readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Error })[],
): T {
  const [answer] = answers
  if (answer === undefined || answers.length > 1) throw new Error(`expected one answer, got ${String(answers.length)}`)
  if (!answer.ok) throw answer.error
  return answer.value
}

/** One person for each role in the public acme/shop, which is empty; in the private acme/secret nobody but its owner and ada. */
function populated(): Omit<GitHubWorld, 'as' | 'close'> {
  let now = Date.UTC(2026, 0, 5, 9, 0, 0)
  const state = createGitHubState({ clock: { now: () => now } })
  for (const login of ['acme', 'ada', 'mona', 'wendy', 'tri', 'rea', 'stranger', 'afk']) {
    addUser(state, login)
    addToken(state, `token-${login}`, login)
  }
  const collaborators = {
    ada: 'admin',
    mona: 'maintain',
    wendy: 'write',
    tri: 'triage',
    rea: 'read',
    afk: 'write',
  } as const
  addRepo(state, shop, { collaborators, labels: Object.values(labels) })
  addRepo(state, secret, { private: true, collaborators: { ada: 'admin' } })
  return { state, people: peopleOf(state), pass: (ms) => void (now += ms) }
}
