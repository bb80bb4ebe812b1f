import { setTimeout as pause } from 'node:timers/promises'
import type { Bench } from './bench.ts'

const deployments = '/apis/apps/v1/namespaces/shop/deployments'
const merge = 'application/merge-patch+json'

/** `kubectl apply` of the application with this image. Where controllers run it has no pods, for nobody has this image. */
export async function deployShop({ api, controllers }: Bench, image: string): Promise<void> {
  const labels = { app: 'web' }
  const body = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: controllers ? 0 : 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image }] } },
    },
  }
  const { status } = await api.ask(`${deployments}/web`)
  if (status === 404) await api.get(deployments, { method: 'POST', body })
  else await api.get(`${deployments}/web`, { method: 'PATCH', body: { spec: body.spec }, type: merge })
}

/** The rollout comes to its end: by its controller, or as that would write it. */
export async function finishRollout({ api, controllers }: Bench): Promise<void> {
  for (let look = 0; look < 100; look += 1) {
    const { metadata, status } = await api.get(`${deployments}/web`)
    if (status.observedGeneration === metadata.generation) return
    const all = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 }
    const body = { status: { ...all, observedGeneration: metadata.generation } }
    if (!controllers) await api.get(`${deployments}/web/status`, { method: 'PATCH', body, type: merge })
    else await pause(200)
  }
  throw new Error('the Deployment shop/web was not looked at by its controller')
}
