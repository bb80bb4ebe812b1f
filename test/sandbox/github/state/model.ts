import type { CheckSuite, CiScript, CommitStatus, Workflow, WorkflowRun } from './ci-model.ts'
import type { Issue, Label } from './issue-model.ts'
import type { Environment, MergeSettings, Protection, QueueEntry } from './pull-model.ts'

/**
 * What the sandbox's GitHub remembers. Plain data: every rule lives in the operations beside this file, so that the HTTP
 * server, the scenarios and the in-process fakes can only change it in the ways GitHub can be changed.
 * All times are epoch milliseconds of the injected clock; GitHub shows whole seconds, the presenters cut them.
 */
export interface Clock {
  now(): number
}

export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin'

export interface User {
  id: number
  nodeId: string
  /** As REST shows it: a bot's login ends in `[bot]`. */
  login: string
  type: 'User' | 'Bot' | 'Organization'
  createdAt: number
}

export interface Token {
  token: string
  login: string
  /** `app` acts as the app itself, `user` as a person, possibly through an app (`viaApp`). */
  kind: 'user' | 'installation'
  scopes: string[]
  viaApp: string | null
  installationId: number | null
  expiresAt: number | null
}

export interface App {
  id: number
  nodeId: string
  slug: string
  name: string
  owner: string
  botLogin: string
  createdAt: number
}

export interface Installation {
  id: number
  appId: number
  account: string
  /** Database ids of the repositories it can see. */
  repoIds: number[]
  createdAt: number
}

export interface FileChange {
  path: string
  status: 'added' | 'modified' | 'removed'
}

export interface Commit {
  id: number
  nodeId: string
  sha: string
  treeSha: string
  message: string
  /** null: an e-mail address that belongs to no account. */
  author: string | null
  authorName: string
  authorEmail: string
  /** Whatever the committer's clock said; nothing ties it to ours. */
  date: number
  parents: string[]
  files: FileChange[]
  tree: ReadonlyMap<string, string>
  pusher: string
  pushedAt: number
}

export type DeploymentState =
  | 'error'
  | 'failure'
  | 'inactive'
  | 'in_progress'
  | 'queued'
  | 'pending'
  | 'success'
  | 'waiting'

export interface DeploymentStatus {
  id: number
  nodeId: string
  state: DeploymentState
  description: string
  environmentUrl: string | null
  logUrl: string | null
  creator: string
  createdAt: number
}

export interface Deployment {
  id: number
  nodeId: string
  sha: string
  ref: string
  task: string
  environment: string
  description: string | null
  creator: string
  createdAt: number
  statuses: DeploymentStatus[]
}

export interface Repo {
  id: number
  nodeId: string
  owner: string
  name: string
  private: boolean
  archived: boolean
  defaultBranch: string
  createdAt: number
  pushedAt: number
  /** Keyed by lower-case login. `roleName` is the custom role's name, `role` the base role it was built on. */
  collaborators: Map<string, { login: string; role: Role; roleName: string | null }>
  labels: Label[]
  issues: Issue[]
  commits: Map<string, Commit>
  branches: Map<string, string>
  suites: CheckSuite[]
  runs: WorkflowRun[]
  workflows: Workflow[]
  statuses: CommitStatus[]
  deployments: Deployment[]
  ci: CiScript
  /** Database id of the repository that it is a fork of. */
  forkOf: number | null
  merging: MergeSettings
  /** By branch. */
  protections: Map<string, Protection>
  /** Entries of all its merge queues, first come first. */
  queue: QueueEntry[]
  environments: Environment[]
}

export interface GitHubState {
  clock: Clock
  users: Map<string, User>
  tokens: Map<string, Token>
  apps: Map<string, App>
  installations: Map<number, Installation>
  repos: Map<number, Repo>
  /** Lower-case `owner/name`, current and former, to the database id. */
  repoNames: Map<string, number>
  counter: number
}
