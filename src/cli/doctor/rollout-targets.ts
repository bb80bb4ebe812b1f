import type { RepoName } from '../../core/model.ts'
import { eachRepo, fail, ok, skipped, type Check, type Finding, type Room } from './check.ts'
import { portFailure } from './port-failure.ts'

/** Where landed commits must show up is there to be looked at (SPEC 7.3). */
export const rolloutTargets: Check = {
  name: 'rollout-targets',
  area: 'cluster',
  run: (room) => eachRepo(room, (repo) => look(room, repo), portFailure),
}

async function look({ policy, world }: Room, repo: RepoName): Promise<readonly Finding[]> {
  const { rollout: target } = policy.repo(repo)
  if (target.kind === 'none') return [skipped(repo, 'no rollout is configured')]
  if (target.kind === 'githubDeployment')
    return [skipped(repo, `its deployments to ${target.environment} are seen when there is one`)]
  if (world.rollout === null) return [skipped(repo, 'nothing leads to a cluster')]
  const facts = await world.rollout.workload(target)
  if (facts.kind === 'missing') {
    return [
      fail(
        repo,
        `there is no ${facts.what}: every run would end as rollout-timeout`,
        'correct rollout.kubernetes of the repo, or deploy it',
      ),
    ]
  }
  if (facts.kind === 'forbidden') return [fail(repo, `${facts.what} may not be read`, 'grant "get" on it: see deploy/')]
  return [
    ok(
      repo,
      `${target.workload} ${target.namespace}/${target.name}${facts.kind === 'workload' ? ` runs ${facts.image}` : ''}`,
    ),
  ]
}
