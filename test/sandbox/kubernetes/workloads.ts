import type { RolloutStep } from './rollout-steps.ts'
import { rollingUpdate } from './rollout-steps.ts'

export interface Deploy {
  readonly namespace: string
  readonly kind: 'Deployment' | 'StatefulSet'
  readonly name: string
  readonly image: string
  /** Default 1. */
  readonly replicas?: number
  /** Name of the container that runs the image; default `app`. */
  readonly container?: string
  /** Others beside it, before or after. */
  readonly sidecars?: readonly { readonly name: string; readonly image: string; readonly first?: boolean }[]
  /** Default: a rolling update, ten seconds a pod. Ascending. */
  readonly steps?: readonly RolloutStep[]
}

export interface Workload {
  readonly deploy: Deploy
  readonly generation: number
  readonly at: number
  readonly uid: string
  readonly createdAt: number
}

/** The next generation of a workload, or its first: a new one has no pods to start from. */
export function redeploy(previous: Workload | undefined, deploy: Deploy, now: number, uid: string): Workload {
  const replicas = deploy.replicas ?? 1
  const steps =
    deploy.steps ?? rollingUpdate(replicas, { had: previous === undefined ? 0 : (previous.deploy.replicas ?? 1) })
  return {
    deploy: { ...deploy, replicas, steps },
    generation: (previous?.generation ?? 0) + 1,
    at: now,
    uid: previous?.uid ?? uid,
    createdAt: previous?.createdAt ?? now,
  }
}

/** The object as the API server would answer it at `now`: the script is followed lazily, no timer runs. */
export function presentWorkload({ deploy, generation, at, uid, createdAt }: Workload, now: number): unknown {
  const step = currentStep(deploy.steps ?? [], (now - at) / 1_000)
  const labels = { app: deploy.name }
  return {
    apiVersion: 'apps/v1',
    kind: deploy.kind,
    metadata: {
      name: deploy.name,
      namespace: deploy.namespace,
      uid,
      resourceVersion: String(generation * 1_000 + Math.max(0, (deploy.steps ?? []).indexOf(step))),
      generation,
      creationTimestamp: new Date(createdAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      labels,
    },
    spec: {
      replicas: deploy.replicas ?? 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: containers(deploy) } },
      ...(deploy.kind === 'Deployment'
        ? { progressDeadlineSeconds: 600 }
        : { serviceName: deploy.name, podManagementPolicy: 'OrderedReady' }),
    },
    status: {
      observedGeneration: step.unobserved === true ? generation - 1 : generation,
      ...(deploy.kind === 'Deployment' ? deploymentStatus(step) : statefulSetStatus(step, deploy, generation)),
    },
  }
}

function currentStep(steps: readonly RolloutStep[], seconds: number): RolloutStep {
  const step = steps.findLast(({ afterSeconds }) => afterSeconds <= seconds) ?? steps[0]
  if (step === undefined) throw new Error('a rollout script needs at least one step')
  return step
}

function containers(deploy: Deploy): unknown[] {
  const sidecars = deploy.sidecars ?? []
  return [
    ...sidecars.filter(({ first }) => first === true),
    { name: deploy.container ?? 'app', image: deploy.image },
    ...sidecars.filter(({ first }) => first !== true),
  ].map(({ name, image }) => ({ name, image }))
}

/** Go's `omitempty` leaves every zero out, the counters a watcher waits for among them. */
function deploymentStatus(step: RolloutStep): Record<string, unknown> {
  const counters = {
    replicas: step.total,
    updatedReplicas: step.updated,
    readyReplicas: step.ready,
    availableReplicas: step.available,
  }
  const available = step.available > 0
  return {
    ...Object.fromEntries(Object.entries(counters).filter(([, value]) => value !== 0)),
    conditions: [
      {
        type: 'Available',
        status: available ? 'True' : 'False',
        reason: available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      },
      step.deadlineExceeded === true
        ? { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }
        : {
            type: 'Progressing',
            status: 'True',
            reason: step.updated === step.total ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
          },
    ],
  }
}

/** `replicas` and `availableReplicas` are always there, and no condition ever tells of a deadline: StatefulSets have none. */
function statefulSetStatus(step: RolloutStep, deploy: Deploy, generation: number): Record<string, unknown> {
  const done = step.unobserved !== true && step.updated === step.total && step.updated === (deploy.replicas ?? 1)
  const revision = (of: number) => `${deploy.name}-${String(of).padStart(10, '0')}`
  const current = done || generation === 1 ? generation : generation - 1
  const update = step.unobserved === true && generation > 1 ? generation - 1 : generation
  const optional = {
    readyReplicas: step.ready,
    updatedReplicas: step.updated,
    currentReplicas: current === update ? step.updated : step.total - step.updated,
  }
  return {
    replicas: step.total,
    availableReplicas: step.available,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== 0)),
    currentRevision: revision(current),
    updateRevision: revision(update),
  }
}
