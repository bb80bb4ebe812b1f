/** Issue numbers that a commit message closes (`close[sd]`, `fix[es|ed]`, `resolve[sd]`, with or without a colon). */
export function closedByMessage(message: string): number[] {
  return numbers(message, /\b(?:close[sd]?|fix(?:es|ed)?|resolve[sd]?):?\s+#(\d+)\b/gi)
}

/** Issue numbers that a commit message mentions at all. */
export function mentionedByMessage(message: string): number[] {
  return numbers(message, /(?<![\w/])#(\d+)\b/g)
}

function numbers(text: string, pattern: RegExp): number[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => Number(match[1])))]
}
