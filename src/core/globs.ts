/**
 * Whether a path of the repo is one of those that the pattern names. `*` stands for anything within one name (a leading dot
 * included), `?` for one character of it, `**` as a whole name for any number of folders, none included. Anchored at the repo's root,
 * with case, as Git compares. A pattern that ends in `/`, or has no wildcard, also names everything below it.
 *
 * Written here and not taken from a package: the core imports none, and patterns and paths meet in time of the product of their
 * lengths, never more, whatever an agent calls its files.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  const names = segments(pattern)
  const folder = pattern.endsWith('/') || !/[*?]/u.test(pattern)
  const wanted = folder ? [...names, '**'] : names
  if (names.length === 0) return false
  return matches(wanted, segments(path), (name) => name === '**', matchesName)
}

function segments(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

function matchesName(pattern: string, name: string): boolean {
  return matches(
    [...pattern],
    [...name],
    (sign) => sign === '*',
    (sign, character) => sign === '?' || sign === character,
  )
}

/** Two rows of the table "the first i of the pattern match the first j of the items"; `many` stands for any number of items. */
function matches(
  pattern: readonly string[],
  items: readonly string[],
  many: (part: string) => boolean,
  one: (part: string, item: string) => boolean,
): boolean {
  let row = [true, ...items.map(() => false)]
  for (const part of pattern) {
    const next = [many(part) && row[0] === true]
    for (const [index, item] of items.entries()) {
      const fits = many(part) ? row[index + 1] === true || next[index] === true : row[index] === true && one(part, item)
      next.push(fits)
    }
    row = next
  }
  return row.at(-1) === true
}
