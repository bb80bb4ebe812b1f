import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGitHubServer } from '../../sandbox/github/server.ts'
import { adminScopes, type Tokens } from '../../sandbox/t3/auth.ts'
import { startT3Server } from '../../sandbox/t3/server.ts'
import type { Death } from '../calls.ts'
import type { Lab } from '../lab.ts'
import { createArrivals, type Arrival, type Fate, type Listener, type Seen } from './arrivals.ts'
import { startBells } from './bells.ts'
import { runProcess, type Exit } from './run-process.ts'
import { githubWrite, t3Write } from './write-of.ts'

/** The lab's world behind real servers, for real processes that can be killed at a write. The lab's monitor sees what they write. */
export interface Servers {
  /** One tick of one program as a process; with a death it is killed when its k-th write arrives. */
  readonly tick: (program: 'poller' | 'watcher', options?: ProcessOptions) => Promise<Ticked>
  readonly env: Readonly<Record<string, string>>
  /** Of T3; read at each request. */
  readonly tokens: Tokens
  /** Of Slack; read at each request. */
  readonly slackTokens: Set<string>
  readonly folder: string
  /** Ends them, and tells what was improper: contracts broken, faults of the servers themselves, writes without a name. */
  readonly close: () => Promise<readonly string[]>
}

export type Ticked = Exit & {
  readonly writes: number
  /** Names of the writes that were done while it ran, in order, as `nameOfCall` makes them. */
  readonly written: readonly string[]
}

export interface ProcessOptions {
  readonly death?: Death | null
  readonly env?: Readonly<Record<string, string>>
  /** This environment and no other. */
  readonly only?: Readonly<Record<string, string>>
  /** Called at every request that comes while the process runs, before it is served. */
  readonly atRequest?: (kill: (signal: NodeJS.Signals) => void, seen: Seen) => Fate
}

const token = 'lab-t3-token'
const slackToken = 'xoxb-lab'

export async function startServers(lab: Lab, settings: string): Promise<Servers> {
  const tokens: Tokens = { [token]: adminScopes }
  const slackTokens = new Set([slackToken])
  const arrivals = createArrivals(lab.monitor)
  const t3 = await startT3Server(lab.world.t3, { tokens })
  const github = await startGitHubServer(lab.world.github)
  const bells = await startBells(lab.bells, slackTokens, (call) =>
    arrivals.arrive({ to: 'slack', call: () => call, isDone: () => true }),
  )
  let fate: Fate = 'serve'
  /** The first fault of each server asks once a request; the others go by what it was told. */
  const isStopped = (arrival: Arrival) => {
    fate = arrivals.arrive(arrival)
    return fate === 'nothing'
  }
  github.faults.add({
    kind: 'hang',
    match: (request) => {
      const at = github.requests.length
      const call = once(() => githubWrite(request, lab.world))
      const isDone = () => github.requests[at]?.fault === 'lost-answer' || isGood(github.requests[at]?.status)
      return isStopped({ to: 'github', call, isDone })
    },
  })
  t3.faults.add({
    kind: 'hang',
    match: (request) => {
      // The one that is slow is carried out at once.
      const isDone = () => ['lost-answer', 'slow'].includes(request.fault ?? '') || isGood(request.status)
      return isStopped({ to: 't3', call: () => t3Write(request, lab.world), isDone })
    },
  })
  for (const { faults } of [github, t3]) {
    faults.add({ kind: 'lost-answer', match: () => fate === 'no answer' })
    faults.add({
      kind: 'slow',
      match: () => typeof fate === 'number',
      get delayMs() {
        return Number(fate)
      },
    })
  }
  const folder = mkdtempSync(join(tmpdir(), 'afk-reliability-'))
  const configFile = join(folder, 'afk.yaml')
  writeFileSync(configFile, settings)
  const env = {
    AFK_KILL_SWITCH: 'false',
    AFK_ALLOWLIST: lab.repos.join(','),
    AFK_CONFIG_FILE: configFile,
    AFK_GITHUB_API_URL: github.url,
    AFK_GITHUB_TOKEN: lab.world.githubToken,
    AFK_T3_URL: t3.url,
    AFK_T3_PUBLIC_URL: 'https://t3.example',
    AFK_T3_TOKEN: token,
    AFK_SLACK_API_URL: bells.apiUrl,
    AFK_SLACK_BOT_TOKEN: slackToken,
    AFK_SLACK_CHANNEL: 'C000000001',
    AFK_LOCK: 'none',
  }

  return {
    env,
    tokens,
    slackTokens,
    folder,
    tick: async (program, { death = null, env: more = {}, only, atRequest } = {}) => {
      const child = runProcess(program, only ?? { ...env, ...more })
      const before = arrivals.written.length
      let writes = 0
      let requests = 0
      const listen: Listener = (to, write) => {
        requests += 1
        const own = atRequest?.(child.kill, { to, requests, writes, write }) ?? 'serve'
        if (write === null) return own
        writes += 1
        if (death?.at !== writes) return own
        // The whole request is here: dead from now on, the process cannot tell whether it was still served.
        child.kill('SIGKILL')
        return death.when === 'before' ? 'nothing' : 'no answer'
      }
      arrivals.listeners.add(listen)
      const exit = await child.exit
      arrivals.listeners.delete(listen)
      await lab.world.t3.settled()
      await arrivals.look()
      lab.monitor.lookAtCards()
      if (exit.signal === null) lab.monitor.noBug(exit.lines)
      return { ...exit, writes, written: arrivals.written.slice(before) }
    },
    close: async () => {
      await Promise.all([github.close(), t3.close(), bells.close()])
      rmSync(folder, { recursive: true, force: true })
      return [...arrivals.unnamed, ...[...github.violations, ...t3.errors].map((one) => JSON.stringify(one))]
    },
  }
}

/** A comment that was deleted since cannot be looked up again. */
function once<T>(ask: () => T): () => T {
  let answer: { readonly value: T } | null = null
  return () => (answer ??= { value: ask() }).value
}

function isGood(status: number | null | undefined): boolean {
  return status != null && status >= 200 && status < 300
}
