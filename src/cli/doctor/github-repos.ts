import { sameName, type RepoName } from '../../core/model.ts'
import type { RepoAccess } from '../../ports/probe.ts'
import { eachRepo, fail, ok, type Check, type Finding } from './check.ts'
import { portFailure } from './port-failure.ts'

/** Every repo is there, under its name, with issues, and afk may write in it. */
export const githubRepos: Check = {
  name: 'github-repos',
  area: 'github',
  run: async (room) => {
    const { scopes } = await room.probe.tracker.credential()
    const publicOnly = scopes !== null && !scopes.includes('repo')
    return eachRepo(
      room,
      async (repo) => {
        const access = await room.probe.tracker.repo(repo)
        const findings = faultsOf(repo, access, publicOnly)
        return findings.length > 0 ? findings : [ok(repo, access.private ? 'private, may write' : 'public, may write')]
      },
      (error, repo) => ({ ...portFailure(error, repo), shuts: repo }),
    )
  },
}

function faultsOf(repo: RepoName, access: RepoAccess, publicOnly: boolean): readonly Finding[] {
  const findings: Finding[] = []
  const now = access.nameWithOwner
  if (!sameName(now, repo)) findings.push(fail(repo, `it moved to ${now}`, `put ${now} on AFK_ALLOWLIST instead`))
  if (access.archived)
    findings.push(fail(repo, 'it is archived: nothing can be written', 'take it off AFK_ALLOWLIST, or unarchive it'))
  if (!access.hasIssues)
    findings.push(fail(repo, 'its issues are switched off', 'switch issues on in the settings of the repo'))
  if (access.private && publicOnly) {
    findings.push(
      fail(repo, 'it is private, and the token has the scope public_repo only', 'issue a token with the scope repo'),
    )
  }
  // Labels and comments need triage; looking up whom to trust and running CI again need push.
  if (access.permissions !== null && !access.permissions.push) {
    const may = access.permissions.triage ? 'triage' : 'read'
    findings.push(
      fail(
        repo,
        `afk may only ${may} there, and needs write`,
        'give the account of the token the role Write in the repo',
      ),
    )
  }
  return findings
}
