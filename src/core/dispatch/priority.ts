/**
 * The urgency that an issue's labels ask for, lower first: `priority:<n>`, `priority/<n>`, `P0` to `P9`, in any case; of several the
 * lowest, of none the fallback (SPEC 5.1). Anything else, such as a negative or a seven-digit number, is no priority label.
 */
export function priorityOf(labels: readonly string[], fallback: number): number {
  const named = labels.flatMap((label) => {
    const match = priorityLabel.exec(label.trim())
    return match === null ? [] : [Number(match[1] ?? match[2])]
  })
  return named.length === 0 ? fallback : Math.min(...named)
}

const priorityLabel = /^(?:priority *[:/] *(\d{1,6})|p(\d))$/i
