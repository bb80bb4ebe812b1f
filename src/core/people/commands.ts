/**
 * Commands in comments (SPEC 16.3): the first line of a comment, whole, is `/afk <word>`. Whoever writes anything else there writes a
 * comment. Who may say it is not decided here.
 */
export type Command =
  | { readonly kind: 'status' | 'stop' | 'reject' }
  /** At least seven hex digits of the commit that is approved, in lower case. */
  | { readonly kind: 'approve'; readonly sha: string }

export function parseCommand(body: string): Command | null {
  const end = body.search(/[\r\n]/u)
  const line = (end === -1 ? body : body.slice(0, end)).trimEnd()
  if (line.length > longest) return null
  const [, word, rest = ''] = /^\/afk[ \t]+([a-z]+)(?:[ \t]+(\S+))?$/iu.exec(line) ?? []
  const kind = word?.toLowerCase()
  if (kind === 'approve') return /^[0-9a-f]{7,40}$/iu.test(rest) ? { kind, sha: rest.toLowerCase() } : null
  if (rest !== '') return null
  return kind === 'status' || kind === 'stop' || kind === 'reject' ? { kind } : null
}

/** It means to approve, and names no commit by which that could count. */
export function isUnclearYes(body: string): boolean {
  return parseCommand(body) === null && /^\/afk[ \t]+approve(?![^\s])/iu.test(body)
}

/** A comment that means to be a command, understood or not: never the answer to a question. */
export function looksLikeCommand(body: string): boolean {
  return /^\/afk(?![^\s])/iu.test(body)
}

const longest = 100
