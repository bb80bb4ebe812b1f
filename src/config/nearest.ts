const LONGEST_NAME = 64

/** The candidate that a person most likely meant, or undefined when none is near. Case does not count; ties go to the first. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase()
  // Longer than every real name: not worth a quadratic comparison.
  if (wanted.length > LONGEST_NAME) return undefined
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(wanted.length / 4)) + 1
  for (const candidate of candidates) {
    // `maxAttempts` at the top level means `fixForward.maxAttempts`.
    const last = candidate.slice(candidate.lastIndexOf('.') + 1)
    for (const form of last === candidate ? [candidate] : [candidate, last]) {
      // So many letters have to come or go at least.
      if (Math.abs(form.length - wanted.length) >= bestDistance) continue
      const distance = editDistance(wanted, form.toLowerCase())
      if (distance < bestDistance) {
        best = candidate
        bestDistance = distance
      }
    }
  }
  return best
}

/** Levenshtein, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
