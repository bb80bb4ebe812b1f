import type { RolloutFacts } from '../../src/core/model.ts'
import type { Category } from '../../src/ports/errors.ts'
import { PortError } from '../../src/ports/errors.ts'
import type { Rollout } from '../../src/ports/rollout.ts'

type Target = Parameters<Rollout['workload']>[0]
type WorkloadFacts = Extract<RolloutFacts, { kind: 'workload' }>

export interface FakeRollout extends Rollout {
  /** The facts of a workload from now on; by container for one with several. */
  readonly set: (target: Target, facts: Omit<WorkloadFacts, 'kind' | 'name'>) => void
  readonly forbid: (target: Target) => void
  /** Makes every read fail so; null heals it. */
  readonly fail: (category: Category | null) => void
}

/** A place of deployment in memory: what was not set is missing. */
export function fakeRollout(): FakeRollout {
  const workloads = new Map<string, { facts: WorkloadFacts; container: string | undefined }[]>()
  const forbidden = new Set<string>()
  let failing: Category | null = null
  return {
    set: (target, facts) => {
      const others = (workloads.get(describe(target)) ?? []).filter(({ container }) => container !== target.container)
      workloads.set(describe(target), [
        ...others,
        { facts: { kind: 'workload', name: target.name, ...facts }, container: target.container },
      ])
    },
    forbid: (target) => void forbidden.add(describe(target)),
    fail: (category) => void (failing = category),
    workload: async (target): Promise<RolloutFacts> => {
      const what = describe(target)
      if (failing !== null)
        throw new PortError('rollout', 'workload', failing, `the fake rollout fails as told (${failing})`)
      if (forbidden.has(what)) return { kind: 'forbidden', what }
      const containers = workloads.get(what)
      if (containers === undefined) return { kind: 'missing', what }
      const found =
        target.container === undefined
          ? containers[0]
          : containers.find(({ container }) => container === target.container)
      return found?.facts ?? { kind: 'missing', what: `container ${target.container} of ${what}` }
    },
  }
}

function describe(target: Target): string {
  return `${target.workload} ${target.namespace}/${target.name}`
}
