import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deploy, rendered, root, sourceOf, type Rendering } from '../deploy/manifests.ts'
import { runForm, type Form, type FormRan, type Program } from '../deploy/run-form.ts'
import { createStage, type Stage } from '../programs/stage.ts'
import type { World } from '../sandbox/world.ts'
import { agentPerIssue, landsAtOnce, reportsBlocked } from '../sandbox/t3/agents.ts'
import { applyAll } from './apply.ts'
import type { ClusterSource } from './find-cluster.ts'
import { openApi, type KubeApi } from './kube-api.ts'
import { hasKubectl, kubectl, type Said } from './kubectl.ts'
import { mountPod, type Pod } from './pod.ts'
import { prometheusRules } from './prometheus-rules.ts'
import { startApiServer } from './start-api-server.ts'

/** A real API server with the base applied to it, the sandbox's GitHub and T3, and both programs. */
export interface Bench {
  /** As administrator. */
  readonly api: KubeApi
  readonly stage: Stage
  /** The bundle, as in the image. */
  readonly bundle: Form & { kind: 'bundle' }
  /** What kubectl said of the first apply; null where it was done without kubectl. */
  readonly applied: Said | null
  /** `kubectl apply -k` where kubectl is, else the same objects by server-side apply, which throws what is refused. */
  readonly apply: (rendering: Rendering) => Promise<Said | null>
  /** Whether somebody writes statuses and starts pods. */
  readonly controllers: boolean
  readonly kubectl: (...words: readonly string[]) => Said
  readonly tick: (program: Program, more?: Tick) => Promise<PodRan>
  readonly close: () => Promise<void>
}

export interface Tick {
  readonly form?: Form
  readonly onStart?: (pid: number) => void
}

export type PodRan = FormRan & Pick<Pod, 'name'> & { readonly lastWords: string }

export async function createBench(source: ClusterSource): Promise<Bench> {
  const started = source.kind === 'assets' ? await startApiServer(source) : { kubeconfig: source.file, close: null }
  const api = openApi(started.kubeconfig)
  const folder = mkdtempSync(join(tmpdir(), 'afk-bench-'))
  let stage: Stage | undefined
  const close = async () => {
    await stage?.close()
    // A server of our own goes with all that is in it.
    if (started.close === null) await removeAll(api)
    api.close()
    await started.close?.()
    rmSync(folder, { recursive: true })
  }
  await requireEmpty(api).catch(async (error: unknown) => {
    api.close()
    await started.close?.()
    throw error
  })
  try {
    const bundle = { kind: 'bundle', folder: join(folder, 'app') } as const
    execFileSync(process.execPath, [`${root}build.ts`, bundle.folder], { stdio: 'pipe' })
    stage = await createStage({ repos: ['acme/shop', 'acme/web'], agent: oneLandsOneIsBlocked })
    const { t3 } = stage.world
    const run = (...words: readonly string[]) => kubectl(started.kubeconfig, words)
    const apply: Bench['apply'] = async (rendering) => {
      if (hasKubectl) return run('apply', '-k', `${deploy}/${sourceOf[rendering]}`)
      await applyAll(api, rendered(rendering))
      return null
    }
    const applied = await apply('base')
    await prepareExample(api)
    const tick: Bench['tick'] = async (program, { form = bundle, onStart } = {}) => {
      const pod = await mountPod(api, program)
      try {
        const ran = await runForm(form, program, pod.env, [pod.preload], onStart)
        await t3.settled()
        return { ...ran, name: pod.name, lastWords: pod.lastWords() }
      } finally {
        pod.remove()
      }
    }
    return { api, stage, bundle, applied, apply, controllers: await hasControllers(api), kubectl: run, tick, close }
  } catch (error) {
    await close()
    throw error
  }
}

const oneLandsOneIsBlocked = ({ crew }: World) =>
  agentPerIssue({ 'acme/web#1': reportsBlocked('there is no such page', crew) }, landsAtOnce(crew))

/** What the example stands on: the namespace that it watches, and the operator's rules. */
async function prepareExample(api: KubeApi): Promise<void> {
  // There already where the operator runs.
  await api.ask(prometheusRules.path, { method: 'POST', body: prometheusRules.definition })
  const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
  await api.get('/api/v1/namespaces', { method: 'POST', body: shop })
}

async function removeAll(api: KubeApi): Promise<void> {
  for (const name of ['afk', 'shop']) await api.ask(`/api/v1/namespaces/${name}`, { method: 'DELETE' })
}

/** The test deletes what it finds in these namespaces. */
async function requireEmpty(api: KubeApi): Promise<void> {
  for (const name of ['afk', 'shop']) {
    const { status } = await api.ask(`/api/v1/namespaces/${name}`)
    if (status !== 404) throw new Error(`expected a cluster to throw away, without a namespace ${name}; got ${status}`)
  }
}

/** A controller manager gives every namespace its `default` account within a moment. */
async function hasControllers(api: KubeApi): Promise<boolean> {
  for (let look = 0; look < 20; look += 1) {
    const { status } = await api.ask('/api/v1/namespaces/shop/serviceaccounts/default')
    if (status === 200) return true
    await pause(100)
  }
  return false
}
