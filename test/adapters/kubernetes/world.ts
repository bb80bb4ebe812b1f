import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallOptions } from '../../../src/adapters/kubernetes/repeat.ts'
import type { Rule } from '../../sandbox/kubernetes/rbac.ts'
import type { KubernetesSandbox } from '../../sandbox/kubernetes/server.ts'
import { startKubernetes } from '../../sandbox/kubernetes/server.ts'

export interface KubernetesWorld {
  readonly cluster: KubernetesSandbox
  /** Lets the cluster's clock run ahead; the test's own does not move. */
  readonly pass: (seconds: number) => void
  readonly options: CallOptions
  readonly kubeconfigFile: string
  readonly close: () => Promise<void>
}

/** The sandbox, a kubeconfig file that points at it, and a clock of its own, years away from the test's. */
export async function aCluster(rules?: readonly Rule[]): Promise<KubernetesWorld> {
  let now = Date.parse('2031-05-06T07:08:09.250Z')
  const cluster = await startKubernetes({ clock: { now: () => now }, ...(rules === undefined ? {} : { rules }) })
  const folder = mkdtempSync(join(tmpdir(), 'afk-kube-'))
  const kubeconfigFile = join(folder, 'config')
  writeFileSync(kubeconfigFile, cluster.kubeconfig())
  return {
    cluster,
    kubeconfigFile,
    pass: (seconds) => void (now += seconds * 1_000),
    options: {
      access: { kind: 'kubeconfig', files: [kubeconfigFile] },
      userAgent: 'afk/0.1.0',
      deadline: () => 3_000,
      timeout: 300,
    },
    close: async () => {
      await cluster.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
