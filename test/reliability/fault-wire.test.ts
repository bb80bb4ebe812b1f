import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createReporter, type Line } from '../../src/app/report.ts'
import { gateReader } from '../../src/config/gates.ts'
import { loadConfig } from '../../src/config/load.ts'
import { runTick } from '../../src/run-tick.ts'
import type { Fault } from '../sandbox/github/http/faults.ts'
import { startGitHubServer } from '../sandbox/github/server.ts'
import { adminScopes } from '../sandbox/t3/auth.ts'
import { startT3Server } from '../sandbox/t3/server.ts'
import { addFigure } from './figures.ts'
import { createLab, type Lab } from './lab.ts'
import { policyOf, quick } from './policy.ts'
import { openReady } from './scenarios.ts'
import { labelsOf, lock, threadsIn } from './seen.ts'

/**
 * SPEC 10 from a request to the exit code: a poller with its real adapters, two repos, and one request for the first of them that fails.
 * What each adapter makes of each fault is `test/adapters/faults`; here is what becomes of the tick.
 */
const ill = 'acme/api'
const well = 'acme/shop'

/** A read, a write that may be sent twice, and one that may not. */
const requests = {
  permission: ['GET', '/collaborators/mona/permission'],
  label: ['POST', '/issues/1/labels'],
  comment: ['POST', '/issues/1/comments'],
} as const

/** How often the request is sent, the exit code, and whether the other repo's issue starts in the same tick. */
type Row = readonly [
  name: string,
  fails: keyof typeof requests,
  fault: Omit<Fault, 'match'>,
  sent: number,
  exit: 0 | 1 | 3,
  other: 'starts' | 'waits',
]

/** `config` ends before a tick begins: `test/programs/configuration.test.ts`. */
const rows: readonly Row[] = [
  // The file is read again, and holds what was refused: that is not sent again.
  ['auth: the work of the port stops', 'label', { kind: '401' }, 1, 3, 'waits'],
  ['forbidden: that item only', 'label', { kind: '403' }, 1, 1, 'starts'],
  ['rate: waited for within the deadline', 'label', { kind: '429', times: 1, retryAfter: 1 }, 2, 0, 'starts'],
  ['rate: past the deadline it stops', 'label', { kind: '403-secondary', retryAfter: 3600 }, 1, 3, 'waits'],
  ['unavailable: a read is repeated', 'permission', { kind: '502' }, 3, 1, 'starts'],
  ['unavailable: so is a write of which twice is once', 'label', { kind: '500' }, 3, 1, 'starts'],
  ['unavailable: no other write is', 'comment', { kind: 'reset' }, 1, 1, 'starts'],
  ['contract: that item only', 'permission', { kind: 'truncated-json' }, 1, 1, 'starts'],
  ['conflict: looked at again in the next tick', 'label', { kind: '409' }, 1, 1, 'starts'],
]

// Each tick listens for signals until its process ends; here all of them live in one.
const signals = ['SIGTERM', 'SIGINT'] as const
const listeners = new Map(signals.map((signal) => [signal, process.listeners(signal)]))
const most = process.getMaxListeners()
beforeAll(() => void process.setMaxListeners(100))
afterAll(() => {
  process.setMaxListeners(most)
  for (const signal of signals)
    for (const listener of process.listeners(signal))
      if (!listeners.get(signal)?.includes(listener)) process.off(signal, listener)
})

describe.concurrent('a tick of the poller at the wire', () => {
  it.each(rows)('%s', { timeout: 60_000 }, async (_, fails, fault, sent, exit, other) => {
    const bench = await startBench()
    const [method, end] = requests[fails]
    const isMeant = (request: { readonly method: string; readonly path: string }) =>
      request.method === method && request.path === `/repos/${ill}${end}`
    const heal = bench.github.faults.add({ ...fault, match: isMeant })
    const { code, lines, reads } = await bench.poll()
    const asked = [...bench.github.requests]
    heal()
    expect(asked.filter(isMeant), 'sent').toHaveLength(sent)
    expect(code, JSON.stringify(lines)).toBe(exit)
    expect(isStarted(bench.lab, well)).toBe(other === 'starts')
    // Nothing is asked of a service that refuses everything.
    if (other === 'waits') expect(asked.findLastIndex(isMeant)).toBe(asked.length - 1)
    // Once for the tick, and once more for a 401.
    expect(reads).toBe(fault.kind === '401' ? 2 : 1)
    expect(JSON.stringify(lines)).not.toContain(bench.lab.world.githubToken)
    // What failed is done by the next tick, and nothing of it twice.
    await bench.lab.pass(60)
    expect((await bench.poll()).code).toBe(0)
    for (const repo of [ill, well]) {
      expect(isStarted(bench.lab, repo)).toBe(true)
      expect(threadsIn(bench.lab.world, repo).map(({ turns }) => turns.length)).toEqual([1])
    }
    expect(await bench.close()).toEqual([])
    addFigure('faults in process, by operation and category', { tried: 1, held: 1 })
  })
})

function isStarted({ world }: Lab, repo: string): boolean {
  return labelsOf(world, repo, 1).includes(lock)
}

async function startBench() {
  const lab = await createLab({ policy: await policyOf(quick), repos: [ill, well] })
  for (const repo of lab.repos) openReady(lab, 'A task', repo)
  await lab.pass(120)
  const github = await startGitHubServer(lab.world.github)
  const t3 = await startT3Server(lab.world.t3, { tokens: { 't3-token': adminScopes } })
  const env = {
    AFK_KILL_SWITCH: 'off',
    AFK_ALLOWLIST: lab.repos.join(','),
    AFK_CONFIG_FILE: '/afk.yaml',
    AFK_GITHUB_API_URL: github.url,
    AFK_GITHUB_TOKEN_FILE: '/token',
    AFK_T3_URL: t3.url,
    AFK_T3_TOKEN: 't3-token',
    AFK_LOCK: 'none',
  }
  return {
    lab,
    github,
    poll: async () => {
      let reads = 0
      const read = (path: string) => {
        if (path !== '/token') return quick
        reads += 1
        return lab.world.githubToken
      }
      const loaded = await loadConfig(env, { read })
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
      const lines: Line[] = []
      const report = createReporter('poller', 't', (line) => lines.push(line))
      const code = await runTick('poller', loaded.config, gateReader(env, read), report, performance.now())
      await lab.world.t3.settled()
      return { code, lines, reads }
    },
    close: async () => {
      await Promise.all([github.close(), t3.close()])
      return [...github.violations, ...t3.errors].map((one) => JSON.stringify(one))
    },
  }
}
