import type { Ci } from '../../src/ports/ci.ts'
import type { GitHubState } from '../sandbox/github/state/model.ts'
import { checkOperations } from './ci-checks.ts'
import { commitOperations } from './ci-commits.ts'
import { deploymentOperations } from './ci-deployment.ts'
import { jobOperations } from './ci-jobs.ts'
import type { FakeOptions } from './tracker-session.ts'
import { asPort, createSeenTime } from './tracker-session.ts'

/** The Ci over the sandbox's GitHub without HTTP. Give it the tracker's `seen`: in a real tick both are one client. */
export function createFakeCi(state: GitHubState, options: FakeOptions): Ci {
  return asPort<Ci>(
    'ci',
    state,
    { ...commitOperations, ...checkOperations, ...jobOperations, ...deploymentOperations },
    { ...options, seen: options.seen ?? createSeenTime() },
  )
}
