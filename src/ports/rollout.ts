import type { RolloutFacts } from '../core/model.ts'

/** The place of deployment, read only. */
export interface Rollout {
  /** What a workload says of itself now. Not there and not allowed are answers, not errors. */
  readonly workload: (target: {
    readonly namespace: string
    readonly workload: 'Deployment' | 'StatefulSet'
    readonly name: string
    readonly container?: string
  }) => Promise<RolloutFacts>
}
