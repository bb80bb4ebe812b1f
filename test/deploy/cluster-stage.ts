import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStage, type Stage } from '../programs/stage.ts'
import type { Rule } from '../sandbox/kubernetes/rbac.ts'
import { startKubernetes, type KubernetesSandbox } from '../sandbox/kubernetes/server.ts'
import { startSlack, type SlackSandbox } from '../sandbox/slack/server.ts'
import { agentPerIssue, landsAtOnce, reportsBlocked } from '../sandbox/t3/agents.ts'
import { headOf } from '../sandbox/world.ts'
import { rolesOf } from './roles.ts'
import { runForm, type Form, type FormRan, type Program } from './run-form.ts'

/** The programs' whole world with a cluster in it: Leases, CronJobs, two workloads, and the accounts with the rights of the manifests. */
export interface ClusterStage {
  readonly stage: Stage
  readonly cluster: KubernetesSandbox
  readonly slack: SlackSandbox
  readonly env: (program: Program) => Readonly<Record<string, string>>
  readonly run: (form: Form, program: Program, more?: Readonly<Record<string, string>>) => Promise<FormRan>
  /** Rolls out what stands on the default branches, at once. */
  readonly rollOut: () => void
  readonly close: () => Promise<void>
}

export const account = (program: Program): string => `system:serviceaccount:afk:afk-${program}`

const settings = `agentLogins: [afk-agent]
ciSettleSeconds: 0
repos:
  acme/shop:
    rollout: { kubernetes: { namespace: shop, kind: Deployment, name: web, image: "shop:{sha}" } }
  acme/api:
    rollout: { kubernetes: { namespace: shop, kind: StatefulSet, name: api, image: "api:{sha}" } }
`
const workloads = [
  { repo: 'acme/shop', kind: 'Deployment', name: 'web', image: 'shop' },
  { repo: 'acme/api', kind: 'StatefulSet', name: 'api', image: 'api' },
] as const

export async function createClusterStage(): Promise<ClusterStage> {
  const slack = await startSlack()
  const stage = await createStage({
    repos: ['acme/shop', 'acme/api', 'acme/web'],
    agent: ({ crew }) =>
      agentPerIssue({ 'acme/web#1': reportsBlocked('there is no such page', crew) }, landsAtOnce(crew)),
    settings,
    env: {
      AFK_LOCK: 'lease',
      AFK_LEASE_NAMESPACE: 'afk',
      AFK_SLACK_API_URL: slack.apiUrl,
      AFK_SLACK_CHANNEL: slack.channel,
      AFK_SLACK_BOT_TOKEN: slack.token,
      HOSTNAME: 'afk-pod',
    },
  })
  const cluster = await startKubernetes()
  const folder = mkdtempSync(join(tmpdir(), 'afk-cluster-'))
  for (const program of ['poller', 'watcher'] as const) {
    const token = `token-of-the-${program}`
    const rules: readonly Rule[] = rolesOf(`afk-${program}`)
    cluster.state.grant(token, rules, account(program))
    writeFileSync(join(folder, program), cluster.kubeconfig(token))
    cluster.state.addLease('afk', `afk-${program}`)
    cluster.state.addCronJob('afk', `afk-${program}`)
  }
  const env = (program: Program) => ({ ...stage.env, KUBECONFIG: join(folder, program) })
  return {
    stage,
    cluster,
    slack,
    env,
    run: async (form, program, more = {}) => {
      const ran = await runForm(form, program, { ...env(program), ...more }, [shortPauses])
      await stage.world.t3.settled()
      return ran
    },
    rollOut: () => {
      for (const { repo, kind, name, image } of workloads) {
        const settled = { afterSeconds: 0, updated: 1, ready: 1, available: 1, total: 1 }
        const now = `${image}:${headOf(stage.world, repo)}`
        if (cluster.state.workloads.get(`${kind} shop/${name}`)?.deploy.image === now) continue
        cluster.state.deploy({ namespace: 'shop', kind, name, image: now, steps: [settled] })
      }
    },
    close: async () => {
      await Promise.all([stage.close(), cluster.close(), slack.close()])
      rmSync(folder, { recursive: true })
    },
  }
}

/** None of this is about the second between two writes. */
const shortPauses = new URL('../tools/short-pauses.mjs', import.meta.url).href
