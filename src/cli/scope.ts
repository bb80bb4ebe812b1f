import { parseRepoName, REPO_NAME_WORDS } from '../config/repo-name.ts'
import type { Gates } from '../config/gates.ts'
import { describeValue } from '../config/problems.ts'
import { sameName, type IssueRef, type RepoName } from '../core/model.ts'
import type { Options } from './command.ts'

/** What a person wants to look at. */
export interface Scope {
  /** Repos to read: the allowlist, and the one that was named. */
  readonly repos: readonly RepoName[]
  /** Named, and not on the allowlist: looked at as if it were. */
  readonly assumed: readonly RepoName[]
  /** Show this repo alone; null: all. */
  readonly repo: RepoName | null
  /** Show this issue alone, and closely. */
  readonly issue: IssueRef | null
}

/** `--repo` and `--issue` over the allowlist, or what is wrong with them. */
export function readScope(options: Options, gates: Gates): Scope | { readonly wrong: string } {
  const listed = gates.allowlist.map(({ fullName }) => fullName)
  const named = options.value('repo')
  if (named !== undefined && parseRepoName(named) === undefined) {
    return { wrong: `--repo: expected ${REPO_NAME_WORDS}, got ${describeValue(named)}` }
  }
  const issue = readIssue(options.value('issue'), named ?? (listed.length === 1 ? listed[0] : undefined))
  if (issue !== null && 'wrong' in issue) return issue
  if (issue !== null && named !== undefined && !sameName(named, issue.repo)) {
    return { wrong: `--repo says ${named} and --issue says ${issue.repo}: name one of them` }
  }
  const typed = issue?.repo ?? named
  // As the allowlist spells it, if it is there.
  const repo = typed === undefined ? null : (listed.find((other) => sameName(other, typed)) ?? typed)
  const assumed = repo === null || listed.includes(repo) ? [] : [repo]
  return {
    repos: [...listed, ...assumed],
    assumed,
    repo,
    issue: issue === null || repo === null ? null : { ...issue, repo },
  }
}

function readIssue(text: string | undefined, repo: RepoName | undefined): IssueRef | { readonly wrong: string } | null {
  if (text === undefined) return null
  const match = /^(?:([^#]+)#|#)?([1-9]\d{0,8})$/.exec(text)
  const owner = match?.[1] ?? repo
  if (match?.[2] === undefined || (match[1] !== undefined && parseRepoName(match[1]) === undefined)) {
    return { wrong: `--issue: expected owner/name#12, or 12 with --repo, got ${describeValue(text)}` }
  }
  if (owner === undefined) return { wrong: `--issue ${text}: of which repo? Say --issue owner/name#${match[2]}` }
  return { repo: owner, number: Number(match[2]) }
}

/** The part of a list that is to be shown. */
export function inScope({ repo, issue }: Scope, ref: IssueRef): boolean {
  if (repo !== null && !sameName(ref.repo, repo)) return false
  return issue === null || ref.number === issue.number
}
