import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { podOf, type Manifest } from '../deploy/manifests.ts'
import type { Program } from '../deploy/run-form.ts'
import type { KubeApi } from './kube-api.ts'
import { tokenOf } from './token.ts'

export interface Pod {
  readonly name: string
  /** All that its container would have. */
  readonly env: Readonly<Record<string, string>>
  /** For `--import`: puts the mounts where the container would have them. */
  readonly preload: string
  /** What `kubectl describe pod` would show as the message. */
  readonly lastWords: () => string
  readonly remove: () => void
}

/**
 * What the kubelet would make of one program's CronJob as the API server has it: ConfigMaps and Secrets as files, the environment and
 * nothing else, and a token of the ServiceAccount where a pod finds one.
 */
export async function mountPod(api: KubeApi, program: Program): Promise<Pod> {
  const folder = mkdtempSync(join(tmpdir(), 'afk-pod-'))
  const name = `afk-${program}-29000000-${Math.random().toString(36).slice(2, 7)}`
  const cronJob = (await api.get(`/apis/batch/v1/namespaces/afk/cronjobs/afk-${program}`)) as Manifest
  const { spec, container } = podOf(cronJob)
  const lastWords = put(folder, 'termination-log', '')
  const mounts: Record<string, string> = {
    ...(await mountVolumes(api, spec.volumes, container.volumeMounts, folder)),
    '/var/run/secrets/kubernetes.io/serviceaccount': await mountAccount(api, spec.serviceAccountName, folder),
    [container.terminationMessagePath]: lastWords,
  }
  const env = {
    ...(await environmentOf(api, container)),
    HOSTNAME: name,
    KUBERNETES_SERVICE_HOST: api.server.hostname,
    KUBERNETES_SERVICE_PORT: api.server.port === '' ? '443' : api.server.port,
    MOUNTS: JSON.stringify(mounts),
  }
  return {
    name,
    env,
    preload: new URL('mount.ts', import.meta.url).href,
    lastWords: () => readFileSync(lastWords, 'utf8'),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

async function mountAccount(api: KubeApi, account: string, folder: string): Promise<string> {
  const at = join(folder, 'service-account')
  put(at, 'token', await tokenOf(api, account))
  put(at, 'ca.crt', api.ca)
  put(at, 'namespace', 'afk')
  return at
}

type Texts = Readonly<Record<string, string>>

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[]
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[]
}

async function environmentOf(api: KubeApi, { env, envFrom }: Container): Promise<Texts> {
  const maps = await Promise.all(envFrom.map(({ configMapRef }) => dataOf(api, 'configmaps', configMapRef.name)))
  const own = env.map(({ name, value, valueFrom }) => [name, valueFrom === undefined ? value : fieldOf(valueFrom)])
  return { ...Object.assign({}, ...maps), ...Object.fromEntries(own) }
}

/** The one field of itself that a pod of afk asks for. */
function fieldOf(valueFrom: object): string {
  if (JSON.stringify(valueFrom).includes('"fieldPath":"metadata.namespace"')) return 'afk'
  throw new Error(`this kubelet knows no ${JSON.stringify(valueFrom)}`)
}

interface Volume {
  readonly name: string
  readonly configMap?: { readonly name: string }
  readonly projected?: { readonly sources: readonly { readonly secret: SecretSource }[] }
}

interface SecretSource {
  readonly name: string
  readonly optional?: boolean
}

async function mountVolumes(
  api: KubeApi,
  volumes: readonly Volume[],
  volumeMounts: readonly { readonly name: string; readonly mountPath: string }[],
  folder: string,
): Promise<Record<string, string>> {
  for (const { name, configMap, projected } of volumes) {
    mkdirSync(join(folder, name))
    const secrets = projected?.sources.map(({ secret }) => dataOf(api, 'secrets', secret.name, secret.optional)) ?? []
    const maps = configMap === undefined ? [] : [dataOf(api, 'configmaps', configMap.name)]
    for (const data of await Promise.all([...secrets, ...maps])) {
      for (const [key, text] of Object.entries(data)) put(join(folder, name), key, text)
    }
  }
  return Object.fromEntries(volumeMounts.map(({ name, mountPath }) => [mountPath, join(folder, name)]))
}

async function dataOf(api: KubeApi, kind: 'configmaps' | 'secrets', name: string, optional = false): Promise<Texts> {
  const { status, body } = await api.ask(`/api/v1/namespaces/afk/${kind}/${name}`)
  if (status === 404 && optional) return {}
  if (status !== 200) throw new Error(`the pod would wait for ${kind} ${name}: ${status} ${String(body.message)}`)
  const data = (body.data ?? {}) as Texts
  if (kind === 'configmaps') return data
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]))
}

function put(folder: string, name: string, content: string | Buffer): string {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content, { mode: 0o600 })
  return file
}
