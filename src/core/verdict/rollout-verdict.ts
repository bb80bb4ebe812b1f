import type { RolloutFacts } from '../model.ts'
import type { RolloutTarget } from '../policy.ts'

export type RolloutJudgement =
  | { readonly kind: 'green'; readonly notes: readonly string[] }
  /** Always with words: they are what a person reads when it never ends. */
  | { readonly kind: 'pending'; readonly waitingFor: readonly string[] }
  | { readonly kind: 'red'; readonly failing: readonly string[]; readonly judged: string }

/**
 * Folds what the place of deployment says (SPEC 7.3). `descendants`: the head first, then newer commits that contain it.
 *
 * Only a rollout of the head or of a descendant says anything about the run: while another image is there, whatever is wrong with it is
 * not ours, and afk waits. A target that is missing or may not be read is waited for as well, as it may come or be allowed;
 * `rolloutMaxSeconds` ends each of these waits with a message to a person. So red means: this very code was rolled out and failed.
 */
export function foldRollout(
  target: RolloutTarget,
  facts: RolloutFacts,
  descendants: readonly string[],
): RolloutJudgement {
  if (target.kind === 'none') return { kind: 'green', notes: [] }
  switch (facts.kind) {
    case 'none':
      return pending('the rollout has not been read')
    case 'missing':
      return pending(`${facts.what} is not there`)
    case 'forbidden':
      return pending(`${facts.what} may not be read by afk`)
    case 'workload':
      return target.kind === 'kubernetes' ? foldWorkload(target, facts, descendants) : pending(OTHER_TARGET)
    case 'deployment':
      return target.kind === 'githubDeployment' ? foldDeployment(facts, descendants) : pending(OTHER_TARGET)
  }
}

const OTHER_TARGET = 'what was read is not the target that is configured'

function foldWorkload(
  target: Extract<RolloutTarget, { kind: 'kubernetes' }>,
  facts: Extract<RolloutFacts, { kind: 'workload' }>,
  descendants: readonly string[],
): RolloutJudgement {
  const judged = descendants.find((sha) => imageIsOf(facts.image, target.image, sha))
  if (judged === undefined) return pending(`${facts.name} runs another image: ${facts.image}`)
  // Until the controller has seen the new specification, its conditions and counts are about the old one.
  if (facts.observedGeneration < facts.generation)
    return pending(`${facts.name}: its controller has not seen the change yet`)
  if (facts.deadlineExceeded) {
    return {
      kind: 'red',
      failing: [`rollout of ${target.workload} ${target.namespace}/${target.name}`],
      judged,
    }
  }
  const behind = (['updated', 'ready', 'available'] as const).filter((count) => facts[count] !== facts.replicas)
  if (behind.length > 0) {
    return pending(...behind.map((count) => `${facts.name}: ${facts[count]} of ${facts.replicas} ${count}`))
  }
  if (facts.total !== facts.replicas) {
    return pending(`${facts.name}: ${facts.total} pods where ${facts.replicas} should be`)
  }
  return {
    kind: 'green',
    notes: facts.replicas === 0 ? [`${facts.name} is scaled to zero: nothing runs`] : [],
  }
}

/** A template without a commit in it would fit any image, and so fits none. */
function imageIsOf(image: string, template: string, sha: string): boolean {
  const filled = template.replaceAll('{sha}', sha).replaceAll('{shortSha}', sha.slice(0, SHORT_SHA))
  return sha !== '' && filled !== template && image.includes(filled)
}

/** As `git rev-parse --short` gives by default; a longer short one in an image begins with it. */
const SHORT_SHA = 7

function foldDeployment(
  facts: Extract<RolloutFacts, { kind: 'deployment' }>,
  descendants: readonly string[],
): RolloutJudgement {
  const name = `deployment to ${facts.environment}`
  if (!descendants.includes(facts.sha)) return pending(`${name} is of another commit: ${facts.sha.slice(0, 10)}`)
  switch (facts.state) {
    case 'success':
      return { kind: 'green', notes: [] }
    case 'pending':
      return pending(`${name} is not over`)
    case 'failure':
      return { kind: 'red', failing: [name], judged: facts.sha }
  }
}

function pending(...waitingFor: readonly string[]): RolloutJudgement {
  return { kind: 'pending', waitingFor }
}
