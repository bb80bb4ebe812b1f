import type { IssueRef, RepoName } from '../../core/model.ts'

export function ownerAndName(repo: RepoName): { readonly owner: string; readonly name: string } {
  const slash = repo.indexOf('/')
  return { owner: repo.slice(0, slash), name: repo.slice(slash + 1) }
}

/** The parameters that REST routes name `{owner}` and `{repo}`. */
export function inRepo(repo: RepoName): { readonly owner: string; readonly repo: string } {
  const { owner, name } = ownerAndName(repo)
  return { owner, repo: name }
}

export function issueName(issue: IssueRef): string {
  return `${issue.repo}#${String(issue.number)}`
}
