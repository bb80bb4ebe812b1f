import type { Tracker } from '../../src/ports/tracker.ts'
import type { GitHubState } from '../sandbox/github/state/model.ts'
import { lookOperations } from './tracker-look.ts'
import { readOperations } from './tracker-reads.ts'
import type { FakeOptions } from './tracker-session.ts'
import { asPort, createSeenTime } from './tracker-session.ts'
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
    ...asPort<Omit<Tracker, 'now' | 'remaining'>>(
      'tracker',
      state,
      { ...readOperations, ...lookOperations, ...writeOperations },
      { ...options, seen },
    ),
    now: seen.newest,
    remaining: () => (seen.newest() === null ? null : (options.remaining?.() ?? 1)),
  }
}
