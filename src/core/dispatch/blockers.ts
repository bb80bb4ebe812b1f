import { hiddenRanges } from './hidden-ranges.ts'
import { sameName, type IssueRef, type RepoName } from '../model.ts'

/**
 * The issues that `blocked by` clauses of a body name (SPEC 5.1): every `#n` and `owner/name#n` from the clause to the end of its
 * body. Code, fenced or inline, and HTML comments do not count. In order of appearance, without doubles (names without case).
 * Linear in the length of the body; never throws.
 */
export function blockerRefs(body: string, repo: RepoName): IssueRef[] {
  const found = new Map<string | number, IssueRef>()
  // Its own copy: a global pattern remembers where it was.
  const clause = new RegExp(clausePattern)
  let match = clause.exec(body)
  if (match === null) return []
  const isHidden = hiddenIn(body)
  for (; match !== null; match = clause.exec(body)) {
    if (isHidden(match.index)) continue
    clause.lastIndex = collect(body, clause.lastIndex, repo, isHidden, found)
  }
  return [...found.values()]
}

/** Two words side by side; `unblocked by` and `blocked bypass` are others. The first clause of a line takes in all the later ones. */
const clausePattern = /(?<![\p{L}\p{N}_])blocked[ \t\u00A0]+by(?![\p{L}\p{N}_])/giu

/** Whether readers do not see what stands there. Ask in rising order. */
function hiddenIn(body: string): (position: number) => boolean {
  const ranges = hiddenRanges(body)
  let next = 0
  return (position) => {
    while ((ranges[next + 1] ?? Infinity) <= position) next += 2
    return (ranges[next] ?? Infinity) <= position
  }
}

/**
 * Adds the references of the clause whose words end at `from`, and answers where its line ends. What is hidden begins and ends with
 * marks that are part of no reference, so only the `#` itself has to be asked about.
 */
function collect(
  body: string,
  from: number,
  repo: RepoName,
  isHidden: (position: number) => boolean,
  found: Map<string | number, IssueRef>,
): number {
  let at = from
  for (; at < body.length; at += 1) {
    const code = body.charCodeAt(at)
    if (code === LINE_FEED || code === CARRIAGE_RETURN) return at
    if (code !== HASH) continue
    const number = issueNumber(body, at + 1)
    if (number === null || isHidden(at)) continue
    const owner = repoBefore(body, at, from, repo)
    // The repo's own issues have their bare numbers as keys: most there are.
    const key = owner === repo ? number : `${owner?.toLowerCase()}#${number}`
    if (owner !== null && !found.has(key)) found.set(key, { repo: owner, number })
  }
  return at
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const HASH = 0x23
const AMPERSAND = 0x26

/** Null when a word goes on behind the digits, as in `#12th`, and for what is no 32-bit number, as issues in GitHub's GraphQL are. */
function issueNumber(body: string, from: number): number | null {
  let number = 0
  let at = from
  for (; isDigit(body.charCodeAt(at)); at += 1) {
    number = number * 10 + body.charCodeAt(at) - 0x30
    if (number > 0x7f_ff_ff_ff) return null
  }
  return number === 0 || isWord(body.charCodeAt(at)) ? null : number
}

/** GitHub's limits: 39 characters for an owner, 100 for a name. They also bound the look back. */
const repoName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/[A-Za-z0-9._-]{1,100}$/
const LONGEST_REPO_NAME = 140

/** The repo of a reference: what is glued to its `#`, or this one. Null when that is no reference, as in `page#2` or `&#39;`. */
function repoBefore(body: string, hash: number, from: number, repo: RepoName): RepoName | null {
  let start = hash
  const limit = Math.max(from, hash - LONGEST_REPO_NAME - 1)
  while (start > limit && isRepoCharacter(body.charCodeAt(start - 1))) start -= 1
  if (start === hash) return hash > from && body.charCodeAt(hash - 1) === AMPERSAND ? null : repo
  const prefix = body.slice(start, hash)
  if (repoName.test(prefix)) return sameName(prefix, repo) ? repo : prefix
  return isWord(body.charCodeAt(hash - 1)) ? null : repo
}

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
