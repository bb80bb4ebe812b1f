import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGitHubServer } from '../../sandbox/github/server.ts'
import { adminScopes, type Tokens } from '../../sandbox/t3/auth.ts'
import { startT3Server } from '../../sandbox/t3/server.ts'
import type { Death } from '../calls.ts'
import type { Lab } from '../lab.ts'
import { startBells } from './bells.ts'
import { runProcess, type Exit } from './run-process.ts'

/** The lab's world behind real servers, for real processes that can be killed at a write. */
export interface Servers {
  /** One tick of one program as a process; with a death it is killed when its k-th write arrives. */
  readonly tick: (
    program: 'poller' | 'watcher',
    options?: ProcessOptions,
  ) => Promise<Exit & { readonly writes: number }>
  readonly env: Readonly<Record<string, string>>
  readonly github: Awaited<ReturnType<typeof startGitHubServer>>
  readonly t3: Awaited<ReturnType<typeof startT3Server>>
  /** Of T3; read at each request. */
  readonly tokens: Tokens
  readonly folder: string
  readonly close: () => Promise<readonly string[]>
}

export interface ProcessOptions {
  readonly death?: Death | null
  readonly env?: Readonly<Record<string, string>>
  /** This environment and no other. */
  readonly only?: Readonly<Record<string, string>>
  /** Called at every request that the process makes, with how many writes it has made before. */
  readonly atRequest?: (kill: (signal: NodeJS.Signals) => void, seen: Seen) => void
}

export interface Seen {
  readonly requests: number
  readonly writes: number
}

const token = 'lab-t3-token'

export async function startServers(lab: Lab, settings: string): Promise<Servers> {
  const tokens: Tokens = { [token]: adminScopes }
  const t3 = await startT3Server(lab.world.t3, { tokens })
  const github = await startGitHubServer(lab.world.github)
  /** Told of each request before it is served; says what becomes of its answer. */
  let onRequest: (isWrite: boolean) => 'serve' | 'nothing' | 'no answer' = () => 'serve'
  const bells = await startBells(lab.bells, () => onRequest(true))
  github.faults.add({ match: (request) => judge(isGitHubWrite(request)), kind: 'hang' })
  github.faults.add({ match: () => verdict === 'no answer', kind: 'lost-answer' })
  t3.faults.add({ match: ({ path }) => judge(path === '/api/orchestration/dispatch'), kind: 'hang' })
  t3.faults.add({ match: () => verdict === 'no answer', kind: 'lost-answer' })
  let verdict: ReturnType<typeof onRequest> = 'serve'
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
    AFK_SLACK_BOT_TOKEN: 'xoxb-lab',
    AFK_SLACK_CHANNEL: 'C000000001',
    AFK_LOCK: 'none',
  }

  /** The first fault of each server asks once a request; whether the answer is withheld is read by the second. */
  function judge(isWrite: boolean): boolean {
    verdict = onRequest(isWrite)
    return verdict === 'nothing'
  }

  return {
    env,
    github,
    t3,
    tokens,
    folder,
    tick: async (program, { death = null, env: more = {}, only, atRequest } = {}) => {
      const child = runProcess(program, only ?? { ...env, ...more })
      let writes = 0
      let requests = 0
      onRequest = (isWrite) => {
        requests += 1
        atRequest?.(child.kill, { requests, writes })
        if (!isWrite) return 'serve'
        writes += 1
        if (death?.at !== writes) return 'serve'
        // The whole request is here: dead from now on, the process cannot tell whether it was still served.
        child.kill('SIGKILL')
        return death.when === 'before' ? 'nothing' : 'no answer'
      }
      const exit = await child.exit
      onRequest = () => 'serve'
      verdict = 'serve'
      await lab.world.t3.settled()
      lab.monitor.lookAtCards()
      return { ...exit, writes }
    },
    close: async () => {
      await Promise.all([github.close(), t3.close(), bells.close()])
      rmSync(folder, { recursive: true, force: true })
      return [...github.violations, ...t3.errors].map((one) => JSON.stringify(one))
    },
  }
}

function isGitHubWrite({ method, path, text }: { method: string; path: string; text: string }): boolean {
  if (path === '/graphql') return /^\s*mutation\b/.test((JSON.parse(text) as { query: string }).query)
  return method !== 'GET' && method !== 'HEAD'
}
