import * as z from 'zod'
import type { RolloutFacts } from '../../core/model.ts'
import { whereWrong } from './where-wrong.ts'

export interface WorkloadTarget {
  readonly namespace: string
  readonly workload: 'Deployment' | 'StatefulSet'
  readonly name: string
  readonly container?: string
}

const count = z.int().min(0)
// Go leaves zero counters out of a Deployment's status, and all of them out before the controller has looked.
const counter = count.default(0)

const schema = z.object({
  metadata: z.object({ name: z.string().min(1), generation: count }),
  spec: z.object({
    // The server fills in 1; written by hand it may be 0, and is then true.
    replicas: count.default(1),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ name: z.string().min(1), image: z.string().min(1) })).min(1) }),
    }),
  }),
  status: z
    .object({
      observedGeneration: counter,
      replicas: counter,
      updatedReplicas: counter,
      readyReplicas: counter,
      availableReplicas: counter,
      currentReplicas: counter,
      currentRevision: z.string().optional(),
      updateRevision: z.string().optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().optional() }))
        .default([]),
    })
    .prefault({}),
})

export type Parsed =
  | { readonly ok: true; readonly facts: RolloutFacts }
  | { readonly ok: false; readonly where: string }

/** A Deployment or StatefulSet as the API server shows it, as facts. `where` names the field that is not as expected. */
export function readWorkload(target: WorkloadTarget, answer: unknown): Parsed {
  const parsed = schema.safeParse(answer)
  if (!parsed.success) return { ok: false, where: whereWrong(parsed.error) }
  const { metadata, spec, status } = parsed.data
  const { containers } = spec.template.spec
  // With sidecars the first is the application's own by custom (`kubectl logs` and `exec` take it too).
  const container =
    target.container === undefined ? containers[0] : containers.find(({ name }) => name === target.container)
  if (container === undefined) {
    const names = containers.map(({ name }) => name).join(', ')
    return {
      ok: true,
      facts: { kind: 'missing', what: `container ${target.container} of ${describe(target)} (it has: ${names})` },
    }
  }
  return {
    ok: true,
    facts: {
      kind: 'workload',
      name: metadata.name,
      image: container.image,
      generation: metadata.generation,
      observedGeneration: status.observedGeneration,
      replicas: spec.replicas,
      updated: target.workload === 'StatefulSet' ? updatedOfStatefulSet(status) : status.updatedReplicas,
      ready: status.readyReplicas,
      available: status.availableReplicas,
      total: status.replicas,
      deadlineExceeded: deadlineExceeded(metadata.generation, status),
    },
  }
}

/** `Deployment shop/web`: for people. */
export function describe(target: WorkloadTarget): string {
  return `${target.workload} ${target.namespace}/${target.name}`
}

type Status = z.infer<typeof schema>['status']

/**
 * While the revisions differ, `updatedReplicas` counts the pods of the new one. Once they are equal there is one revision only, and
 * every pod of it is updated, whichever of the two counters the controller still keeps.
 */
function updatedOfStatefulSet(status: Status): number {
  const oneRevision = status.updateRevision !== undefined && status.updateRevision === status.currentRevision
  return oneRevision ? Math.max(status.updatedReplicas, status.currentReplicas) : status.updatedReplicas
}

/** The condition outlives its rollout until the controller has seen the next one: an old generation's verdict says nothing of ours. */
function deadlineExceeded(generation: number, status: Status): boolean {
  return (
    status.observedGeneration >= generation &&
    status.conditions.some(
      (condition) =>
        condition.type === 'Progressing' &&
        condition.status === 'False' &&
        condition.reason === 'ProgressDeadlineExceeded',
    )
  )
}
