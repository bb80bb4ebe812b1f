import type { Ci } from '../../ports/ci.ts'
import type { Pulls } from '../../ports/pulls.ts'
import type { Tracker } from '../../ports/tracker.ts'
import { createChecks } from './checks.ts'
import { createCloseUp } from './close-up.ts'
import type { ClientOptions } from './client.ts'
import { createClient } from './client.ts'
import { createDeployment } from './deployment.ts'
import { createFile } from './file.ts'
import { createFiles } from './files.ts'
import { createHistory } from './history.ts'
import { createLogs } from './logs.ts'
import { createLook } from './look.ts'
import type { Meter } from './meter.ts'
import { createRecorder } from './meter.ts'
import { createOverview } from './overview.ts'
import { createPeople } from './people.ts'
import { lazyPulls } from './lazy-pulls.ts'
import { createRerun } from './rerun.ts'
import { createStates } from './states.ts'
import { createPrices, createSummaries } from './summaries.ts'
import { createWrites } from './writes.ts'

/**
 * GitHub as tracker and CI, over one client for one tick. Reads go by GraphQL in batches, trust and writes by REST. Sends nothing
 * before the first call, and throws PortError alone.
 */
export function createGitHub(options: ClientOptions): {
  readonly tracker: Tracker
  readonly ci: Ci
  readonly pulls: Pulls
  readonly meter: Meter
} {
  const recorder = createRecorder()
  const client = createClient(options, recorder)
  const people = createPeople(client)
  return {
    tracker: {
      now: recorder.now,
      remaining: () => recorder.meter.remaining,
      resetsAt: () => recorder.meter.resetsAt,
      // An app's token lives for an hour and is issued anew by each tick: its end is nobody's concern.
      tokenEndsAt: 'read' in options.token ? recorder.tokenEndsAt : () => null,
      overview: createOverview(client),
      summaries: createSummaries(client),
      ...createPrices(client),
      look: createLook(client),
      states: createStates(client),
      file: createFile(client),
      ...people,
      ...createWrites(client),
    },
    ci: {
      ...createHistory(client),
      checks: createChecks(client),
      closeUp: createCloseUp(client),
      files: createFiles(client),
      logs: createLogs(client),
      rerun: createRerun(client),
      deployment: createDeployment(client),
    },
    pulls: lazyPulls(client, people.self),
    meter: recorder.meter,
  }
}
