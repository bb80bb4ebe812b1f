import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createStage, type Stage } from '../programs/stage.ts'
import { startKubernetes, type KubernetesSandbox } from '../sandbox/kubernetes/server.ts'
import { startSlack, type SlackSandbox } from '../sandbox/slack/server.ts'
import { runDesk, type Said } from './run-desk.ts'

/** Everything that afk can be connected with, in order; a test breaks one thing. */
export interface Rig {
  readonly stage: Stage
  readonly slack: SlackSandbox
  readonly cluster: KubernetesSandbox
  readonly env: Readonly<Record<string, string>>
  readonly settings: (text: string) => void
  readonly doctor: (env?: Readonly<Record<string, string>>, ...options: readonly string[]) => Promise<Said>
  readonly close: () => Promise<void>
}

export interface Finding {
  readonly check: string
  readonly area: string
  readonly verdict: string
  readonly subject: string
  readonly message: string
  readonly remedy: string | null
}

/** Scopes that a bot needs, and those that let the test put it into its channel. */
const scopes = ['chat:write', 'channels:read', 'channels:history', 'channels:join']

export const settings = `agentLogins: [afk-agent]
ciSettleSeconds: 0
repos:
  acme/shop:
    requiredChecks: [test]
    rollout: { kubernetes: { namespace: shop, kind: Deployment, name: web, image: "{sha}" } }
`

export async function createRig(): Promise<Rig> {
  const stage = await createStage({ repos: ['acme/shop', 'acme/api'], settings })
  const slack = await startSlack({ scopes })
  const cluster = await startKubernetes({ clock: { now: () => now(stage) } })
  for (const name of ['afk-poller', 'afk-watcher']) cluster.state.addLease('afk', name)
  cluster.state.deploy({ namespace: 'shop', kind: 'Deployment', name: 'web', image: 'registry/web:1' })
  await fetch(`${slack.apiUrl}conversations.join`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.token}` },
    body: new URLSearchParams({ channel: slack.channel }),
  })
  const kubeconfig = join(stage.folder, 'kubeconfig')
  writeFileSync(kubeconfig, cluster.kubeconfig())
  const env = {
    ...stage.env,
    AFK_SLACK_API_URL: slack.apiUrl,
    AFK_SLACK_BOT_TOKEN: slack.token,
    AFK_SLACK_CHANNEL: slack.channel,
    AFK_LOCK: 'lease',
    AFK_LEASE_NAMESPACE: 'afk',
    KUBECONFIG: kubeconfig,
  }
  return {
    stage,
    slack,
    cluster,
    env,
    settings: (text) => writeFileSync(stage.env['AFK_CONFIG_FILE'] ?? '', text),
    doctor: (more = {}, ...options) => runDesk(['doctor', ...options], { ...env, ...more }, { now: () => now(stage) }),
    close: async () => {
      await Promise.all([slack.close(), cluster.close()])
      await stage.close()
    },
  }
}

export function findingsOf(said: Said): readonly Finding[] {
  return said.json().findings as readonly Finding[]
}

/** By the clock of the sandboxes, which stands still. */
function now(stage: Stage): number {
  return stage.world.github.clock.now()
}
