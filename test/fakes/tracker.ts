import type { Tracker } from '../../src/ports/tracker.ts'
import type { GitHubState } from '../sandbox/github/state/model.ts'
import { lookOperations } from './tracker-look.ts'
import { readOperations } from './tracker-reads.ts'
import type { FakeOptions } from './tracker-session.ts'
import { asPort, createSeenTime, wholeSeconds } from './tracker-session.ts'
import { writeOperations } from './tracker-writes.ts'

/**
 * The Tracker over the sandbox's GitHub without HTTP: the same state that its server serves, with the permissions of one account.
 * Each operation happens in one instant; what is between two of them is the test's. No limit is counted: `remaining` says what
 * the option does, all of it by default, and null before the first answer like the real one.
 */
export function createFakeTracker(
  state: GitHubState,
  options: FakeOptions & { readonly remaining?: () => number },
): Tracker {
  const seen = options.seen ?? createSeenTime()
  return {
    ...asPort<Omit<Tracker, 'now' | 'remaining' | 'resetsAt' | 'tokenEndsAt' | 'summariesPrice' | 'overviewPrice'>>(
      'tracker',
      state,
      { ...readOperations, ...lookOperations, ...writeOperations },
      { ...options, seen },
    ),
    now: seen.newest,
    tokenEndsAt: () => (seen.newest() === null ? null : tokenEndOf(state, options.as)),
    remaining: () => (seen.newest() === null ? null : (options.remaining?.() ?? 1)),
    // Hours that begin with the clock's.
    resetsAt: () => nextHour(seen.newest()),
    // What the real adapter's queries cost at the usual limit.
    summariesPrice: (ready) => (1 + ready * (ready <= 8 ? 5 : ready <= 28 ? 2 : 1)) / 100 / 5000,
    overviewPrice: (repos) => Math.ceil(repos / 50) / 5000,
  }
}

function nextHour(now: number | null): number | null {
  return now === null ? null : (Math.floor(now / 3_600_000) + 1) * 3_600_000
}

/** Of the account's first token, to the second, as a header tells it; an app's is nobody's concern. */
function tokenEndOf(state: GitHubState, login: string): number | null {
  const token = [...state.tokens.values()].find((one) => one.login.toLowerCase() === login.toLowerCase())
  return token?.kind === 'user' && token.expiresAt !== null ? wholeSeconds(token.expiresAt) : null
}
