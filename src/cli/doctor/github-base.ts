import type { RepoName } from '../../core/model.ts'
import { eachRepo, fail, ok, warn, type Check, type Finding, type Room } from './check.ts'
import { portFailure } from './port-failure.ts'

/** The default branch has commits, and its head the checks that runs will be judged by. */
export const githubBase: Check = {
  name: 'github-base',
  area: 'github',
  eachRepo: true,
  run: (room) => eachRepo(room, (repo) => look(room, repo), portFailure),
}

async function look(room: Room, repo: RepoName): Promise<readonly Finding[]> {
  const policy = room.policy.repo(repo)
  const { base } = await room.overview(repo)
  if (base === null) return [fail(repo, 'it has no commit on its default branch', 'push a first commit')]
  const place = `${base.branch} at ${base.head.slice(0, 8)}`
  if (policy.ci === 'none') return [ok(repo, `${place}; ci: none, so a push alone lands a run`)]
  const [answer] = await room.world.ci.checks([{ repo, sha: base.head }])
  if (answer?.ok === false) throw answer.error
  const names = [...new Set(answer?.value.checks.map(({ name }) => name))].toSorted()
  const missing = policy.requiredChecks.filter((name) => !names.includes(name))
  const findings: Finding[] = []
  if (missing.length > 0) {
    const remedy = `check the spelling of requiredChecks; seen: ${names.length === 0 ? 'none' : names.join(', ')}`
    findings.push(
      warn(repo, `required checks that the head of ${base.branch} does not have: ${missing.join(', ')}`, remedy),
    )
  } else if (names.length === 0) {
    const remedy = 'let CI run on pushes to the default branch, or set ci: none for the repo'
    findings.push(warn(repo, `${place} has no check at all: a run would end as no-signal`, remedy))
  }
  if (base.rollup === 'failure' && policy.requireGreenBase) {
    findings.push(
      warn(repo, `${place} is red: nothing starts on it`, `make ${base.branch} green, or set requireGreenBase: false`),
    )
  }
  return findings.length > 0 ? findings : [ok(repo, `${place}, checks: ${names.join(', ')} (${base.rollup})`)]
}
