import type { Bench } from './bench.ts'

const settings = `agentLogins: [afk-agent]
ciSettleSeconds: 0
repos:
  acme/shop:
    rollout: { kubernetes: { namespace: shop, kind: Deployment, name: web, image: "registry.example.com/shop:{sha}" } }
`

/** What an operator does between installing and the first dispatch: settings, Secrets, then the gates. */
export async function arm({ api, stage }: Bench): Promise<void> {
  const env = (name: string) => stage.env[name] ?? ''
  await secret(api, 'afk-github', { 'github-token': env('AFK_GITHUB_TOKEN') })
  await secret(api, 'afk-t3', { 't3-token': env('AFK_T3_TOKEN') })
  await configure(api, 'afk-settings', {
    AFK_T3_URL: env('AFK_T3_URL'),
    AFK_GITHUB_API_URL: env('AFK_GITHUB_API_URL'),
  })
  await configure(api, 'afk-config', { 'afk.yaml': settings })
  await configure(api, 'afk-gates', { AFK_ALLOWLIST: 'acme/shop, acme/web', AFK_KILL_SWITCH: 'false' })
}

/** `kubectl patch configmap --type merge`. */
async function configure(api: Bench['api'], name: string, data: Readonly<Record<string, string>>): Promise<void> {
  const type = 'application/merge-patch+json'
  await api.get(`/api/v1/namespaces/afk/configmaps/${name}`, { method: 'PATCH', body: { data }, type })
}

async function secret(api: Bench['api'], name: string, stringData: Readonly<Record<string, string>>): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', stringData }
  await api.get('/api/v1/namespaces/afk/secrets', { method: 'POST', body })
}
