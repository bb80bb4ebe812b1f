import type { RepoName } from '../../core/model.ts'
import type { ClusterAction, ClusterProbe } from '../../ports/probe.ts'
import { fail, ok, skipped, type Check, type Finding, type Room } from './check.ts'

/**
 * Whoever these cluster credentials are may do what the two programs do. With a person's kubeconfig the answers are about the person;
 * in a pod about its program's account, which may and must do nothing with the other program's Lease.
 */
export const clusterAccess: Check = {
  name: 'cluster-access',
  area: 'cluster',
  opens: true,
  run: async (room) => {
    const needs = needed(room)
    if (needs.length === 0) return [skipped('', 'nothing is configured that needs a cluster')]
    const { cluster } = room.probe
    if (cluster === null) {
      const remedy = 'set KUBECONFIG, run it in the cluster, or take lease and rollout out of the configuration'
      return [fail('', 'leases or rollouts are configured, and nothing leads to a cluster', remedy)]
    }
    const answers = await ask(cluster, needs)
    const others = leaseOfTheOther(answers)
    return answers.map((answer) => (isLease(answer, others) ? notForUs(answer) : found(answer)))
  },
}

interface Need {
  readonly action: ClusterAction
  readonly why: string
}

interface Answer extends Need {
  readonly allowed: boolean
}

async function ask(cluster: ClusterProbe, needs: readonly Need[]): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (const need of needs) answers.push({ ...need, allowed: await cluster.may(need.action) })
  return answers
}

/** Named when everything is allowed on one Lease and nothing on the other: the account of one program (deploy/base/rbac.yaml). */
function leaseOfTheOther(answers: readonly Answer[]): string | undefined {
  const on = (name: string) => answers.filter((answer) => isLease(answer, name))
  const all = (name: string) => on(name).length > 0 && on(name).every(({ allowed }) => allowed)
  const none = (name: string) => on(name).every(({ allowed }) => !allowed)
  const [poller, watcher] = leaseNames
  if (all(watcher) && none(poller)) return poller
  return all(poller) && none(watcher) ? watcher : undefined
}

function isLease({ action }: Answer, name: string | undefined): boolean {
  return action.resource === 'leases' && action.name === name
}

function found({ action, why, allowed }: Answer): Finding {
  if (allowed) return ok(wordsOf(action), why)
  const remedy = `grant "${action.verb}" on ${action.resource}.${action.group} in ${action.namespace}: see deploy/`
  return fail(wordsOf(action), `not allowed (${why})`, remedy)
}

function notForUs({ action }: Answer): Finding {
  return skipped(wordsOf(action), 'not allowed, and need not be: it is the lock of the other program')
}

function wordsOf({ verb, resource, name, namespace }: ClusterAction): string {
  return `${verb} ${resource}/${name ?? ''} in ${namespace}`
}

const leaseNames = ['afk-poller', 'afk-watcher'] as const

function needed({ settled, repos, policy }: Room): readonly Need[] {
  const { lock } = settled.config.settings
  const leases =
    lock.kind === 'none'
      ? []
      : leaseNames.flatMap((name) =>
          ['get', 'update'].map((verb) => ({
            action: { verb, group: 'coordination.k8s.io', resource: 'leases', namespace: lock.namespace, name },
            why: 'the lock of a program',
          })),
        )
  return [...leases, ...repos.flatMap((repo) => rolloutAction(repo, policy.repo(repo).rollout))]
}

function rolloutAction(repo: RepoName, target: ReturnType<Room['policy']['repo']>['rollout']) {
  if (target.kind !== 'kubernetes') return []
  const resource = target.workload === 'Deployment' ? 'deployments' : 'statefulsets'
  const { namespace, name } = target
  return [{ action: { verb: 'get', group: 'apps', resource, namespace, name }, why: `the rollout of ${repo}` }]
}
