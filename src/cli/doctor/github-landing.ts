import type { RepoName } from '../../core/model.ts'
import type { RepoPolicy } from '../../core/policy.ts'
import type { MergeRules } from '../../ports/probe.ts'
import { eachRepo, fail, ok, skipped, warn, type Check, type Finding, type Room } from './check.ts'
import { portFailure } from './port-failure.ts'

/** Where work lands by pull request, the repo would take it: in which way, after whose review, by whose hand (SPEC 15.5). */
export const githubLanding: Check = {
  name: 'github-landing',
  area: 'github',
  eachRepo: true,
  run: async (room) => {
    const repos = room.repos.filter((repo) => room.policy.repo(repo).landing === 'pull-request')
    if (repos.length === 0) return [skipped('', 'no repo lands by pull request')]
    return eachRepo({ ...room, repos }, (repo) => look(room, repo), portFailure)
  },
}

async function look({ policy, probe, world }: Room, repo: RepoName): Promise<readonly Finding[]> {
  const mine = policy.repo(repo)
  if (mine.merge === 'human') return [ok(repo, 'merge: human, so a person merges each pull request')]
  const { permissions } = await probe.tracker.repo(repo)
  // That it may not write there is said by another check.
  if (permissions !== null && !permissions.push) return [skipped(repo, 'afk may not write there, and so not merge')]
  const rules = await probe.tracker.mergeRules(repo)
  const { login } = await world.tracker.self()
  const faults = rules.queue ? [] : faultsOf(repo, mine, rules)
  return faults.length > 0 ? faults : [ok(repo, fine(mine, rules, login))]
}

/** A queue merges in its own way. */
function faultsOf(repo: RepoName, { mergeMethod }: RepoPolicy, { methods, linear }: MergeRules): readonly Finding[] {
  const usable = methods.filter((method) => !linear || method !== 'merge')
  const [other] = usable
  if (other === undefined) {
    const why = linear && methods.length > 0 ? 'merge commits only, and its branch wants a linear history' : 'no merge'
    return [fail(repo, `it allows ${why}: nothing would land`, 'allow squash merging in the settings of the repo')]
  }
  if (usable.includes(mergeMethod)) return []
  const why = methods.includes(mergeMethod) ? 'its default branch wants a linear history' : 'the repo does not allow it'
  // What the repo allows takes the place of what it does not; what only the branch forbids is tried, and refused.
  const then = methods.includes(mergeMethod) ? 'each merge would be refused' : `afk would merge by ${other} instead`
  const remedy = `set mergeMethod: ${other} for the repo, or allow ${mergeMethod} there`
  return [warn(repo, `mergeMethod is ${mergeMethod}, and ${why}: ${then}`, remedy)]
}

function fine({ mergeMethod }: RepoPolicy, { approvals, queue }: MergeRules, login: string): string {
  const way = queue ? 'afk hands over to its merge queue, which merges in its own way' : `afk merges by ${mergeMethod}`
  const reviews = approvals === 1 ? 'an approving review' : `${approvals} approving reviews`
  return approvals === 0 ? way : `${way}, and waits for ${reviews} first: ${login} gives none`
}
