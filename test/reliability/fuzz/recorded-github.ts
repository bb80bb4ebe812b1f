import { createChecks } from '../../../src/adapters/github/checks.ts'
import { createClient, type Client } from '../../../src/adapters/github/client.ts'
import { createCloseUp } from '../../../src/adapters/github/close-up.ts'
import { createDeployment } from '../../../src/adapters/github/deployment.ts'
import { createFile } from '../../../src/adapters/github/file.ts'
import { createFiles } from '../../../src/adapters/github/files.ts'
import { createHistory } from '../../../src/adapters/github/history.ts'
import { createLook } from '../../../src/adapters/github/look.ts'
import { createRecorder } from '../../../src/adapters/github/meter.ts'
import { createOverview } from '../../../src/adapters/github/overview.ts'
import { createPeople } from '../../../src/adapters/github/people.ts'
import { createPulls } from '../../../src/adapters/github/pulls.ts'
import { createStates } from '../../../src/adapters/github/states.ts'
import { createSummaries } from '../../../src/adapters/github/summaries.ts'
import type { LabelNames } from '../../../src/ports/tracker.ts'
import { startGitHubServer } from '../../sandbox/github/server.ts'
import type { Lab } from '../lab.ts'
import { shop } from '../lab.ts'
import { clientThat } from './client-that.ts'

/** One question that afk asks of GitHub, and everything that GitHub answered to it, in order. */
export interface Recorded {
  readonly name: string
  readonly ask: (client: Client) => Promise<unknown>
  readonly answers: readonly Said[]
}

interface Said {
  readonly key: string
  readonly answer: unknown
}

export interface Asked {
  readonly labels: LabelNames
  readonly head: string
  readonly pull: number
  readonly event: string
}

/** Asks every question once of a real server with this world, and keeps what it answered. */
export async function recordGitHub(lab: Lab, asked: Asked): Promise<readonly Recorded[]> {
  const server = await startGitHubServer(lab.world.github)
  const recorder = createRecorder()
  const { githubToken } = lab.world
  const real = createClient(
    {
      apiUrl: server.url,
      token: { read: () => githubToken, reload: () => githubToken },
      userAgent: 'afk/test',
      clock: { now: () => performance.now(), sleep: async () => {} },
      deadline: () => 60_000,
    },
    recorder,
  )
  try {
    const all: Recorded[] = []
    for (const [name, ask] of Object.entries(questions(asked))) {
      const answers: Said[] = []
      await ask(
        clientThat(async (key, go) => {
          const answer = await go(real)
          answers.push({ key, answer })
          return answer
        }),
      )
      all.push({ name, ask, answers })
    }
    return all
  } finally {
    await server.close()
  }
}

function questions({ labels, head, pull, event }: Asked): Record<string, (client: Client) => Promise<unknown>> {
  const issue = { repo: shop, number: 2 }
  const me = async () => ({ login: 'afk', kind: 'user' }) as const
  return {
    self: (client) => createPeople(client).self(),
    overview: (client) => createOverview(client)([{ repo: shop, labels }]),
    summaries: (client) => createSummaries(client)([{ repo: shop, labels }]),
    look: (client) => createLook(client)([{ ...issue, labels }]),
    states: (client) => createStates(client)([issue]),
    permission: (client) => createPeople(client).permission(shop, 'mona'),
    'labelled via': (client) => createPeople(client).labelledVia(shop, 2, event),
    history: (client) => createHistory(client).history(shop, 'main', { depth: 5 }),
    contains: (client) => createHistory(client).contains(shop, 'main', head),
    checks: (client) => createChecks(client)([{ repo: shop, sha: head }]),
    'close-up': (client) => createCloseUp(client)([{ repo: shop, sha: head }]),
    files: (client) => createFiles(client)(shop, head),
    file: (client) => createFile(client)(shop, 'a'),
    deployment: (client) => createDeployment(client)(shop, 'production', [head]),
    'pull list': (client) => createPulls(client, me).list(shop, { since: 0, prefix: 'afk/' }),
    'pull view': (client) => createPulls(client, me).view(shop, pull),
    'pull files': (client) => createPulls(client, me).files(shop, pull),
    'pull comments': (client) => createPulls(client, me).comments(shop, pull),
    'waiting deployments': (client) => createPulls(client, me).waitingDeployments(shop, head),
  }
}
