import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGitHubServer } from '../test/sandbox/github/server.ts'
import { kubeconfigText } from '../test/sandbox/kubernetes/kubeconfig.ts'
import { startKubernetes } from '../test/sandbox/kubernetes/server.ts'
import { adminScopes } from '../test/sandbox/t3/auth.ts'
import { startT3Server } from '../test/sandbox/t3/server.ts'
import type { Asked, Built, Counted, WorldSize } from './messages.ts'
import { createTraffic, startTap } from './tap.ts'
import { buildWorld, repoNames } from './world.ts'

/** The sandbox in a process of its own, so that its work is in nobody's figures. Told what to do by `stand.ts`, over IPC. */
const traffic = createTraffic()
const folder = mkdtempSync(join(tmpdir(), 'afk-bench-'))
const t3Token = 'bench-t3-token'
type Stage = Awaited<ReturnType<typeof stage>>
let current: Stage | null = null

process.on('message', (asked: Asked) => {
  answer(asked).then(
    (said) => process.send?.({ said }),
    (error: unknown) => process.send?.({ failed: error instanceof Error ? error.stack : String(error) }),
  )
})
process.once('disconnect', () => {
  rmSync(folder, { recursive: true, force: true })
  process.exitCode = 0
  void current?.close()
})

async function answer(asked: Asked): Promise<Built | Counted | null> {
  switch (asked.kind) {
    case 'build':
      await current?.close()
      current = await stage(asked.size)
      return current.built
    case 'reset':
      traffic.reset(asked.latencyMs)
      current?.reset()
      return null
    case 'count':
      if (current === null) throw new Error('nothing was built')
      return current.count()
  }
}

async function stage(size: WorldSize) {
  const env = {
    AFK_KILL_SWITCH: 'false',
    AFK_ALLOWLIST: repoNames(size.repos).join(','),
    AFK_GITHUB_API_URL: 'http://127.0.0.1:1',
    AFK_GITHUB_TOKEN: 'ghp_bench',
    AFK_T3_URL: 'http://127.0.0.1:1',
    AFK_T3_PUBLIC_URL: 'https://t3.example',
    AFK_T3_TOKEN: t3Token,
    AFK_LOCK: 'none',
    AFK_AGENT_LOGINS: 'afk-agent',
    AFK_CI_SETTLE_SECONDS: '0',
    AFK_MAX_CONCURRENT_RUNS: String(Math.max(5, size.runs)),
    AFK_MAX_DISPATCH_PER_TICK: String(Math.max(3, size.runs)),
    AFK_MAX_RUNS_PER_DAY: String(Math.max(50, size.runs)),
  }
  const world = await buildWorld(size, env)
  const github = await startGitHubServer(world.github)
  const t3 = await startT3Server(world.t3, { tokens: { [t3Token]: adminScopes } })
  const cluster = await startKubernetes()
  const taps = {
    github: await startTap('github', github.url, traffic.counter),
    t3: await startTap('t3', t3.url, traffic.counter),
    kubernetes: await startTap('kubernetes', cluster.url, traffic.counter),
  }
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, kubeconfigText(taps.kubernetes.url, cluster.token))
  for (const program of ['poller', 'watcher']) cluster.state.addLease('afk', `afk-${program}`)
  const lease = { AFK_LOCK: 'lease', AFK_LEASE_NAMESPACE: 'afk', KUBECONFIG: kubeconfig }
  const built: Built = {
    env: {
      ...env,
      AFK_GITHUB_API_URL: taps.github.url,
      AFK_GITHUB_TOKEN: world.githubToken,
      AFK_T3_URL: taps.t3.url,
    },
    lease,
  }
  return {
    built,
    reset: () => void github.requests.splice(0),
    count: (): Counted => ({
      ...traffic.read(),
      points: github.requests.reduce((sum, { points }) => sum + points, 0),
      faults: [...github.violations, ...t3.errors].map((one) => JSON.stringify(one)),
    }),
    close: () => Promise.all([...Object.values(taps), github, t3, cluster].map((one) => one.close())).then(() => {}),
  }
}
