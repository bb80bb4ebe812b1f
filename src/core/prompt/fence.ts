/**
 * The first token of a fixed series that occurs in none of the texts, in any case of letters (SPEC 5.3). Whoever wrote a text could
 * not know it, so nothing in it can end its quotation. The series: `afk-data(0)`, `afk-data(1)`, …; the bracket at its end keeps one
 * token from being the beginning of another. Linear in the length of the texts.
 */
export function fenceFor(texts: readonly string[]): string {
  const taken = new Set(
    texts.flatMap((text) => [...text.matchAll(/afk-data\((\d{1,9})\)/giu)].map((match) => match[1])),
  )
  let index = 0
  while (taken.has(String(index))) index += 1
  return `afk-data(${index})`
}

/**
 * Outside text as data between two lines that name the fence. The label is afk's own words: a name from outside belongs into the text.
 */
export function quote(fence: string, label: string, text: string): string {
  return `----- begin ${fence}: ${label} -----\n${text}\n----- end ${fence} -----`
}
