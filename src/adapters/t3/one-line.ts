/** Characters that a text from outside may have where afk shows one line of it (SPEC 9). */
const longest = 300

/** A text as one line of at most 300 characters: white space and control characters become single blanks, no half of a pair is left. */
export function oneLine(text: string): string {
  // Cut before it is worked on: a message of 30 MB was accepted and stored (contracts). Blanks that collapse only make it shorter.
  const line = text
    .slice(0, longest * 20)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  const characters = [...line]
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`
}
