import type { Ci } from '../../ports/ci.ts'
import type { Tracker } from '../../ports/tracker.ts'
import { createChecks } from './checks.ts'
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
import { createRerun } from './rerun.ts'
import { createStates } from './states.ts'
import { createSummaries } from './summaries.ts'
import { createWrites } from './writes.ts'

/**
 * GitHub as tracker and CI, over one client for one tick. Reads go by GraphQL in batches, trust and writes by REST. Sends nothing
 * before the first call, and throws PortError alone.
 */
export function createGitHub(options: ClientOptions): {
  readonly tracker: Tracker
  readonly ci: Ci
  readonly meter: Meter
} {
  const recorder = createRecorder()
  const client = createClient(options, recorder)
  return {
    tracker: {
      now: recorder.now,
      remaining: () => recorder.meter.remaining,
      overview: createOverview(client),
      summaries: createSummaries(client),
      look: createLook(client),
      states: createStates(client),
      file: createFile(client),
      ...createPeople(client),
      ...createWrites(client),
    },
    ci: {
      ...createHistory(client),
      checks: createChecks(client),
      files: createFiles(client),
      logs: createLogs(client),
      rerun: createRerun(client),
      deployment: createDeployment(client),
    },
    meter: recorder.meter,
  }
}
