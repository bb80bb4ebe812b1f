import type { RepoName } from '../../core/model.ts'
import type { ClusterAction } from '../../ports/probe.ts'
import { fail, ok, skipped, type Check, type Finding, type Room } from './check.ts'

/** Whoever these cluster credentials are may do what the two programs do. With a person's kubeconfig the answers are about the person. */
export const clusterAccess: Check = {
  name: 'cluster-access',
  area: 'cluster',
  opens: true,
  run: async (room) => {
    const actions = needed(room)
    if (actions.length === 0) return [skipped('', 'nothing is configured that needs a cluster')]
    const { cluster } = room.probe
    if (cluster === null) {
      const remedy = 'set KUBECONFIG, run it in the cluster, or take lease and rollout out of the configuration'
      return [fail('', 'leases or rollouts are configured, and nothing leads to a cluster', remedy)]
    }
    const findings: Finding[] = []
    for (const { action, why } of actions) {
      const what = `${action.verb} ${action.resource}/${action.name ?? ''} in ${action.namespace}`
      findings.push(
        (await cluster.may(action))
          ? ok(what, why)
          : fail(
              what,
              `not allowed (${why})`,
              `grant "${action.verb}" on ${action.resource}.${action.group} in ${action.namespace}: see deploy/`,
            ),
      )
    }
    return findings
  },
}

function needed({ settled, repos, policy }: Room): readonly { readonly action: ClusterAction; readonly why: string }[] {
  const { lock } = settled.config.settings
  const leases =
    lock.kind === 'none'
      ? []
      : ['afk-poller', 'afk-watcher'].flatMap((name) =>
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
