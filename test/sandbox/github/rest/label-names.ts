/** The names in any of the forms in which GitHub takes labels: names, or objects with a name. */
export function labelNames(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry: unknown) => {
    if (typeof entry === 'string') return [entry]
    if (entry !== null && typeof entry === 'object' && 'name' in entry) return [String(entry.name)]
    return []
  })
}
