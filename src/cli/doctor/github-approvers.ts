import { approversOf } from '../../core/people/approvers.ts'
import { sameName, type RepoName } from '../../core/model.ts'
import { eachRepo, fail, ok, skipped, warn, type Check, type Finding, type Room } from './check.ts'
import { portFailure } from './port-failure.ts'

/** Those on GitHub whose yes is waited for (SPEC 16.2) are there, can see what is asked of them, and are not afk itself. */
export const githubApprovers: Check = {
  name: 'github-approvers',
  area: 'github',
  eachRepo: true,
  run: async (room) => {
    const repos = room.repos.filter((repo) => loginsOf(room, repo).length > 0)
    if (repos.length === 0) return [skipped('', 'no repo waits for the yes of somebody on GitHub')]
    return eachRepo({ ...room, repos }, (repo) => look(room, repo), portFailure)
  },
}

async function look(room: Room, repo: RepoName): Promise<readonly Finding[]> {
  const logins = loginsOf(room, repo)
  const { members } = approversOf(room.policy.repo(repo).approval.by)
  const problems: string[] = []
  for (const login of logins) {
    const problem = await problemOf(room, repo, login)
    if (problem !== null) problems.push(problem)
  }
  if (problems.length === 0) return [ok(repo, `${logins.join(', ')} may say yes`)]
  const message = `approval.by names ${problems.join(', and ')}`
  const remedy = 'correct the login in approval.by, or give that account access to the repo'
  const nobodyLeft = problems.length === logins.length && members.length === 0
  return [nobodyLeft ? fail(repo, `${message}: nobody can approve`, remedy) : warn(repo, message, remedy)]
}

function loginsOf({ policy }: Room, repo: RepoName): readonly string[] {
  const { before, by } = policy.repo(repo).approval
  return before.length === 0 ? [] : approversOf(by).logins
}

async function problemOf({ world }: Room, repo: RepoName, login: string): Promise<string | null> {
  const self = await world.tracker.self()
  if (sameName(self.login, login)) return `${login}, which is afk’s own account and never counts`
  const permission = await world.tracker.permission(repo, login)
  return permission === null || permission.permission === 'none'
    ? `${login}, who is not there or has no access to the repo`
    : null
}
