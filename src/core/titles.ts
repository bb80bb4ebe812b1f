import { cutText } from './text/escape.ts'
import { projectIdOf } from './ids.ts'
import {
  repoKey,
  type Instant,
  type IssueRef,
  type ProjectSummary,
  type RepoName,
  type ThreadSummary,
} from './model.ts'

/**
 * Names in the executor that lead from a thread back to its issue without another request (SPEC 5.1):
 * a thread is titled `owner/name#<number> <issue title>`, its project `owner/name`.
 */

export function threadTitle(repo: RepoName, number: number, issueTitle: string): string {
  const oneLine = cutText(issueTitle.toWellFormed().replaceAll(/\s+/g, ' ').trim(), 120)
  return `${repo}#${number} ${oneLine}`.trim()
}

export function projectTitle(repo: RepoName): string {
  return repo
}

/** Where the executor keeps the checkout of a repo (SPEC 4, `workspaceBase`). */
export function workspaceRootOf(base: string, repo: RepoName): string {
  return `${base.replace(/\/+$/, '')}/${repo.replace('/', '__')}`
}

/** The issue that a thread's title names, or null for a thread that is not afk's by its title. */
export function issueOfTitle(title: string): IssueRef | null {
  const match = /^([A-Za-z0-9][A-Za-z0-9_-]*\/[A-Za-z0-9._-]+)#([1-9][0-9]{0,9})(?:\s|$)/.exec(title)
  return match?.[1] && match[2] ? { repo: match[1], number: Number(match[2]) } : null
}

/** A thread that afk made, with the issue that its title names. The derived id proves the rest, once the epoch is known. */
export interface OwnThread {
  readonly thread: ThreadSummary
  readonly issue: IssueRef
}

/**
 * afk's threads in a snapshot: the title names an issue, the id is a version 5 UUID (the executor's own are version 4), and the
 * project is the repo's derived one, or the one adopted for its folder or its title.
 */
export function ownThreads(
  threads: readonly ThreadSummary[],
  projects: readonly ProjectSummary[],
): readonly OwnThread[] {
  const projectById = new Map(projects.map((project) => [project.id, project]))
  return threads.flatMap((thread) => {
    const issue = issueOfTitle(thread.title)
    if (issue === null || !isVersion5(thread.id)) return []
    const project = projectById.get(thread.projectId)
    const ours =
      thread.projectId === projectIdOf(issue.repo) ||
      (project !== undefined &&
        (repoKey(project.title) === repoKey(issue.repo) ||
          project.workspaceRoot.toLowerCase().endsWith(`/${workspaceRootOf('', issue.repo).slice(1).toLowerCase()}`)))
    return ours ? [{ thread, issue }] : []
  })
}

/** A thread of afk's by its id and its project, whose title names no issue any more: somebody has renamed it. */
export interface NamelessThread {
  readonly thread: ThreadSummary
  readonly repo: RepoName
}

/** A thread at rest for longer belongs to no run that anything is left to do for (SPEC 6.1, *in flight*). */
export const recentMs = 3600 * 1000

/**
 * afk's threads that no title explains, at work or changed lately. What they belong to, their derived ids alone tell, to whoever knows
 * the epochs of the repo's issues.
 */
export function namelessThreads(
  threads: readonly ThreadSummary[],
  projects: readonly ProjectSummary[],
  repos: readonly RepoName[],
  now: Instant,
): readonly NamelessThread[] {
  const repoByProject = new Map([
    ...projects.flatMap(({ id, title }) => (isRepoName(title) ? [[id, title] as const] : [])),
    ...repos.map((repo) => [projectIdOf(repo), repo] as const),
  ])
  return threads.flatMap((thread) => {
    const repo = repoByProject.get(thread.projectId)
    const isOurs = repo !== undefined && isVersion5(thread.id) && issueOfTitle(thread.title) === null
    const isLively = isBusy(thread) || now - thread.updatedAt <= recentMs
    return isOurs && isLively ? [{ thread, repo }] : []
  })
}

function isBusy({ state }: ThreadSummary): boolean {
  return state === 'working' || state === 'waiting'
}

function isRepoName(title: string): boolean {
  return issueOfTitle(`${title}#1`) !== null
}

function isVersion5(id: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)
}
