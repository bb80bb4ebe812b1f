import type { GitHubState, Repo, Role, Token } from './model.ts'

const ranks: Record<Role, number> = {
  none: 0,
  read: 1,
  triage: 2,
  write: 3,
  maintain: 4,
  admin: 5,
}

/** What a login may do: its own role, else what a public repository grants to everybody. */
export function roleOf(repo: Repo, login: string | null): Role {
  const everybody: Role = repo.private ? 'none' : 'read'
  if (login === null) return everybody
  if (login.toLowerCase() === repo.owner.toLowerCase()) return 'admin'
  return repo.collaborators.get(login.toLowerCase())?.role ?? everybody
}

/**
 * What a token may do. An installation token has write on its repositories, the public's rights elsewhere.
 * The finer permissions of apps and fine-grained tokens are not modelled.
 */
export function roleOfToken(state: GitHubState, repo: Repo, token: Token | null): Role {
  if (!token) return roleOf(repo, null)
  if (token.kind === 'user') return roleOf(repo, token.login)
  const installation = token.installationId === null ? undefined : state.installations.get(token.installationId)
  return installation?.repoIds.includes(repo.id) ? 'write' : roleOf(repo, null)
}

export function atLeast(role: Role, needed: Role): boolean {
  return ranks[role] >= ranks[needed]
}

/** `permission` and `role_name` as GitHub answers them: the first knows four words only. */
export function permissionWords(repo: Repo, login: string): { permission: string; roleName: string } {
  const role = roleOf(repo, login)
  const coarse = {
    none: 'none',
    read: 'read',
    triage: 'read',
    write: 'write',
    maintain: 'write',
    admin: 'admin',
  } as const
  return {
    permission: coarse[role],
    roleName: repo.collaborators.get(login.toLowerCase())?.roleName ?? role,
  }
}

/** GitHub's `author_association` of a person to a repository. */
export function associationOf(repo: Repo, login: string): string {
  if (login.toLowerCase() === repo.owner.toLowerCase()) return 'OWNER'
  if (repo.collaborators.has(login.toLowerCase())) return 'COLLABORATOR'
  const contributed = [...repo.commits.values()].some((commit) => commit.author?.toLowerCase() === login.toLowerCase())
  return contributed ? 'CONTRIBUTOR' : 'NONE'
}
