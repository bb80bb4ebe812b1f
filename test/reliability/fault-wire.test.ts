import { describe, expect, it } from 'vitest'
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

interface Row {
  readonly fails: keyof typeof requests
  readonly fault: Omit<Fault, 'match'>
  /** How often the request is sent. */
  readonly sent: number
  readonly exit: 0 | 1 | 3
  /** Whether the other repo's issue starts in the same tick. */
  readonly other: 'starts' | 'waits'
}

const rows: Readonly<Record<string, Row>> = {
  'auth: the token file is read again once, then the work stops': {
    ...{ fails: 'label', fault: { kind: '401' } },
    ...{ sent: 2, exit: 3, other: 'waits' },
  },
  'forbidden: that item only': {
    ...{ fails: 'label', fault: { kind: '403' } },
    ...{ sent: 1, exit: 1, other: 'starts' },
  },
  'rate: Retry-After is honoured within the deadline': {
    ...{ fails: 'label', fault: { kind: '429', times: 1, retryAfter: 1 } },
    ...{ sent: 2, exit: 0, other: 'starts' },
  },
  'rate: past the deadline the tick stops cleanly': {
    ...{ fails: 'label', fault: { kind: '403-secondary', retryAfter: 3600 } },
    ...{ sent: 1, exit: 3, other: 'waits' },
  },
  'unavailable: a read is repeated': {
    ...{ fails: 'permission', fault: { kind: '502' } },
    ...{ sent: 3, exit: 1, other: 'starts' },
  },
  'unavailable: a write is repeated where twice is once': {
    ...{ fails: 'label', fault: { kind: '500' } },
    ...{ sent: 3, exit: 1, other: 'starts' },
  },
  'unavailable: no other write is': {
    ...{ fails: 'comment', fault: { kind: 'reset' } },
    ...{ sent: 1, exit: 1, other: 'starts' },
  },
  'contract: that item only': {
    ...{ fails: 'permission', fault: { kind: 'truncated-json' } },
    ...{ sent: 1, exit: 1, other: 'starts' },
  },
  'conflict: looked at again in the next tick': {
    ...{ fails: 'label', fault: { kind: '409' } },
    ...{ sent: 1, exit: 1, other: 'starts' },
  },
}

describe.concurrent('a tick of the poller at the wire', () => {
  it.each(Object.entries(rows))('%s', { timeout: 60_000 }, async (_, { fails, fault, sent, exit, other }) => {
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
