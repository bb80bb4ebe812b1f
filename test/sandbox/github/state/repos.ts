import { nextIds } from './ids.ts'
import type { CiScript } from './ci-model.ts'
import type { GitHubState, Repo, Role } from './model.ts'
import type { MergeSettings } from './pull-model.ts'
import { addLabelToRepo } from './repo-labels.ts'
import { addUser } from './users.ts'

export interface RepoInput {
  private?: boolean
  archived?: boolean
  defaultBranch?: string
  /** login -> role. */
  collaborators?: Record<string, Role>
  labels?: string[]
  ci?: CiScript['plan']
  cancelInProgress?: boolean
  merging?: Partial<MergeSettings>
}

/** A repository without a commit; its default branch exists after the first push. */
export function addRepo(state: GitHubState, fullName: string, input: RepoInput = {}): Repo {
  const { owner, name } = split(fullName)
  const now = state.clock.now()
  const repo: Repo = {
    ...nextIds(state, 'R'),
    owner: addUser(state, owner).login,
    name,
    private: input.private ?? false,
    archived: input.archived ?? false,
    defaultBranch: input.defaultBranch ?? 'main',
    createdAt: now,
    pushedAt: now,
    collaborators: new Map(),
    labels: [],
    issues: [],
    commits: new Map(),
    branches: new Map(),
    suites: [],
    runs: [],
    workflows: [],
    statuses: [],
    deployments: [],
    ci: { plan: input.ci ?? (() => ({})), cancelInProgress: input.cancelInProgress ?? false },
    forkOf: null,
    merging: {
      methods: ['merge', 'squash', 'rebase'],
      autoMerge: false,
      deleteBranch: false,
      mergeabilityMs: 0,
      ...input.merging,
    },
    protections: new Map(),
    queue: [],
    environments: [],
  }
  state.repos.set(repo.id, repo)
  state.repoNames.set(fullName.toLowerCase(), repo.id)
  for (const [login, role] of Object.entries(input.collaborators ?? {})) setPermission(state, repo, login, role)
  for (const label of input.labels ?? []) addLabelToRepo(state, repo, { name: label })
  return repo
}

export function nameWithOwner(repo: Repo): string {
  return `${repo.owner}/${repo.name}`
}

/** Found by the current or a former name; `moved` says that it was a former one. */
export function findRepo(state: GitHubState, name: string): { repo: Repo; moved: boolean } | null {
  const id = state.repoNames.get(name.toLowerCase())
  const repo = id === undefined ? undefined : state.repos.get(id)
  if (!repo) return null
  return { repo, moved: nameWithOwner(repo).toLowerCase() !== name.toLowerCase() }
}

export function requireRepo(state: GitHubState, name: string): Repo {
  const found = findRepo(state, name)
  if (!found) throw new Error(`no repository ${name} in the sandbox`)
  return found.repo
}

/** The old name goes on leading here until somebody takes it for a new repository. */
export function renameRepo(state: GitHubState, repo: Repo, to: string): void {
  const { owner, name } = split(to)
  repo.owner = addUser(state, owner).login
  repo.name = name
  state.repoNames.set(to.toLowerCase(), repo.id)
}

/** `role: 'none'` takes the person off; `roleName` is the name of a custom role built on `role`. */
export function setPermission(state: GitHubState, repo: Repo, login: string, role: Role, roleName?: string): void {
  const user = addUser(state, login)
  const key = login.toLowerCase()
  if (role === 'none') repo.collaborators.delete(key)
  else repo.collaborators.set(key, { login: user.login, role, roleName: roleName ?? null })
}

function split(fullName: string): { owner: string; name: string } {
  const [owner, name, ...rest] = fullName.split('/')
  if (!owner || !name || rest.length > 0) throw new Error(`expected owner/name, got ${fullName}`)
  return { owner, name }
}
