/** A repo as a person wrote it, and the form in which it is compared (GitHub's names have no case). */
export interface RepoName {
  /** `Acme/Shop`, as written. */
  readonly fullName: string
  /** `acme/shop`. */
  readonly key: string
}

export const REPO_NAME_WORDS = 'owner/name, exactly, without wildcards'

// GitHub: logins have at most 39 characters (those of managed users carry an underscore), repo names at most 100.
const REPO_NAME = /^[a-z\d][a-z\d_-]{0,38}\/[a-z\d._-]{1,100}$/i

/** Undefined when the text is not exactly `owner/name`. */
export function parseRepoName(text: string): RepoName | undefined {
  if (!REPO_NAME.test(text)) return undefined
  const key = text.toLowerCase()
  const name = key.slice(key.indexOf('/') + 1)
  // GitHub refuses these names; `.git` is what is left of a pasted clone address.
  if (name === '.' || name === '..' || name.endsWith('.git')) return undefined
  return { fullName: text, key }
}
