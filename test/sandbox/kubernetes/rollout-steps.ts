/** What a controller reports from some moment on after a deploy. Pods of the old kind are `total - updated`. */
export interface RolloutStep {
  readonly afterSeconds: number
  readonly updated: number
  readonly ready: number
  readonly available: number
  /** Pods in all, terminating ones not counted. */
  readonly total: number
  /** The controller has not seen the new generation yet: it still reports the state before. */
  readonly unobserved?: true
  readonly deadlineExceeded?: true
}

/**
 * A rolling update with one surge pod and no unavailable one, as a Deployment does it by default for a few replicas: first the new
 * generation is not observed, then pod by pod a new one comes up beside the old and one of the old goes.
 */
export function rollingUpdate(
  replicas: number,
  options: { readonly secondsPerPod?: number; readonly had?: number } = {},
): RolloutStep[] {
  const { secondsPerPod = 10, had = replicas } = options
  const steps: RolloutStep[] = [
    { afterSeconds: 0, updated: had, ready: had, available: had, total: had, unobserved: true },
  ]
  for (let done = 0; done < replicas; done += 1) {
    const old = Math.max(0, had - done)
    const serving = old + done
    steps.push({
      afterSeconds: 1 + done * secondsPerPod,
      updated: done + 1,
      ready: serving,
      available: serving,
      total: serving + 1,
    })
  }
  steps.push({
    afterSeconds: 1 + replicas * secondsPerPod,
    updated: replicas,
    ready: replicas,
    available: replicas,
    total: replicas,
  })
  return steps
}

/** The first new pod never becomes ready; the old ones keep serving, and after a while the controller gives up. */
export function stuckRollout(
  replicas: number,
  options: { readonly deadlineSeconds?: number; readonly had?: number } = {},
): RolloutStep[] {
  const { deadlineSeconds = 600, had = replicas } = options
  const stuck = { updated: 1, ready: had, available: had, total: had + 1 }
  return [
    { afterSeconds: 0, updated: had, ready: had, available: had, total: had, unobserved: true },
    { afterSeconds: 1, ...stuck },
    { afterSeconds: deadlineSeconds, ...stuck, deadlineExceeded: true },
  ]
}
