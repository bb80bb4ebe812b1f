import { sameName, type IssueRef, type RepoName } from './model.ts'
import { visibleText } from './visible-text.ts'

/**
 * The issues that `blocked by` clauses of a body name (SPEC 5.1): every `#n` and `owner/name#n` from the clause to the end of its
 * line. Code, fenced or inline, and HTML comments do not count. In order of appearance, without doubles (names without case).
 * Linear in the length of the body; never throws.
 */
export function blockerRefs(body: string, repo: RepoName): IssueRef[] {
  // Most bodies have no clause: those are not looked into any further.
  if (!/blocked/iu.test(body)) return []
  const text = visibleText(body)
  const found = new Map<string | number, IssueRef>()
  // Its own copy: a global pattern remembers where it was.
  const clause = new RegExp(clausePattern)
  for (let match = clause.exec(text); match !== null; match = clause.exec(text)) {
    const end = lineEnd(text, clause.lastIndex)
    collect(text.slice(clause.lastIndex, end), repo, found)
    clause.lastIndex = end
  }
  return [...found.values()]
}

/** `unblocked by` and `blocked bypass` are other words. The first clause of a line takes in all the later ones. */
const clausePattern = /(?<![\p{L}\p{N}_])blocked[ \t\u00A0]+by(?![\p{L}\p{N}_])/giu

function lineEnd(text: string, from: number): number {
  const lineFeed = text.indexOf('\n', from)
  const end = lineFeed === -1 ? text.length : lineFeed
  const carriageReturn = text.slice(from, end).indexOf('\r')
  return carriageReturn === -1 ? end : from + carriageReturn
}

/** Adds the references of a clause, given from behind its words. The keys of the repo's own issues are their bare numbers. */
function collect(clause: string, repo: RepoName, found: Map<string | number, IssueRef>): void {
  for (let hash = clause.indexOf('#'); hash !== -1;) {
    const end = digitsEnd(clause, hash + 1)
    const number = issueNumber(clause, hash + 1, end)
    const owner = number === null ? null : repoBefore(clause, hash, repo)
    if (number !== null && owner !== null) {
      const key = owner === repo ? number : `${owner.toLowerCase()}#${number}`
      if (!found.has(key)) found.set(key, { repo: owner, number })
    }
    hash = clause.indexOf('#', end)
  }
}

function digitsEnd(line: string, from: number): number {
  let end = from
  while (isDigit(line.charCodeAt(end))) end += 1
  return end
}

/** Null when a word goes on behind the digits, as in `#12th`, and for what is no 32-bit number, as issues in GitHub's GraphQL are. */
function issueNumber(line: string, from: number, end: number): number | null {
  if (end === from || end - from > 10 || isWord(line.charCodeAt(end))) return null
  const number = Number(line.slice(from, end))
  return number >= 1 && number <= 0x7f_ff_ff_ff ? number : null
}

/** GitHub's limits: 39 characters for an owner, 100 for a name. They also bound the look back. */
const repoName = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/
const LONGEST_REPO_NAME = 140

/** The repo of a reference: what is glued to its `#`, or this one. Null when that is no reference, as in `page#2` or `&#39;`. */
function repoBefore(line: string, hash: number, repo: RepoName): RepoName | null {
  let start = hash
  const limit = Math.max(0, hash - LONGEST_REPO_NAME - 1)
  while (start > limit && isRepoCharacter(line.charCodeAt(start - 1))) start -= 1
  if (start === hash && line.charCodeAt(hash - 1) !== AMPERSAND) return repo
  const prefix = line.slice(start, hash)
  if (repoName.test(prefix)) return sameName(prefix, repo) ? repo : prefix
  const before = line.charCodeAt(hash - 1)
  return isWord(before) || before === AMPERSAND ? null : repo
}

const AMPERSAND = 0x26

function isRepoCharacter(code: number): boolean {
  // `-`, `.` and `/` are neighbours.
  return isWord(code) || (code >= 0x2d && code <= 0x2f)
}

/** What lies outside of the line (not a number) is no word. */
function isWord(code: number): boolean {
  const lower = code | 0x20
  return isDigit(code) || (lower >= 0x61 && lower <= 0x7a) || code === 0x5f
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
