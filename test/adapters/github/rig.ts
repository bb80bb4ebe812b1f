import { createGitHub } from '../../../src/adapters/github/github.ts'
import type { ClientOptions } from '../../../src/adapters/github/client.ts'
import type { LabelNames } from '../../../src/ports/tracker.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import { PortError } from '../../../src/ports/errors.ts'
import type { RecordedRequest } from '../../sandbox/github/server.ts'
import { startHarness } from '../../sandbox/github/harness.ts'
import type { Harness } from '../../sandbox/github/harness.ts'
import type { RepoInput } from '../../sandbox/github/state/repos.ts'

export const shop = 'acme/shop'

export const labels: LabelNames = {
  ready: 'ready-for-agent',
  inProgress: 'agent-in-progress',
  human: 'ready-for-human',
}

const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
}

/** The adapter of one tick for the account `afk`, against any server. */
export function connect(apiUrl: string, options: Partial<ClientOptions> = {}): ReturnType<typeof createGitHub> {
  return createGitHub({
    apiUrl,
    token: { read: () => 'token-afk', reload: () => 'token-afk' },
    userAgent: 'afk/test',
    clock: realClock,
    deadline: () => 30_000,
    ...options,
  })
}

export interface Rig extends Harness {
  readonly hub: ReturnType<typeof createGitHub>
  /** Ends the server; fails when any exchange broke GitHub's published contract. */
  readonly stop: () => Promise<void>
  /** Requests the sandbox got since the last call. */
  readonly taken: () => readonly RecordedRequest[]
}

/** The sandbox's GitHub with the adapter connected to it. */
export async function startRig(repo: RepoInput = {}, options: Partial<ClientOptions> = {}): Promise<Rig> {
  const harness = await startHarness({ labels: [labels.ready, labels.inProgress, labels.human], ...repo })
  let seen = 0
  return {
    ...harness,
    hub: connect(harness.server.url, options),
    stop: async () => {
      await harness.server.close()
      const [violation] = harness.server.violations
      if (violation !== undefined) throw new Error(`${violation.operation}: ${violation.text}`)
    },
    taken: () => {
      const fresh = harness.server.requests.slice(seen)
      seen = harness.server.requests.length
      return fresh
    },
  }
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

/** The values of a batch in which nothing failed. */
export function valuesOf<T>(answers: readonly ({ ok: true; value: T } | { ok: false; error: Error })[]): readonly T[] {
  return answers.map((answer) => {
    if (!answer.ok) throw answer.error
    return answer.value
  })
}
