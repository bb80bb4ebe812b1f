/**
 * What is wrong with a value that a parser made of hostile input, if anything: it must be data through and through. A function in it
 * came from a prototype, and a number that is none would decide every comparison. YAML's may hold itself.
 */
export function strangeIn(value: unknown, seen = new Set<object>()): string | null {
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  if (typeof value === 'number' && Number.isNaN(value)) return 'a number that is none'
  if (typeof value !== 'object' || value === null || value instanceof Error || seen.has(value)) return null
  if (value === Object.prototype) return "everybody's prototype"
  seen.add(value)
  for (const one of value instanceof Map ? value.values() : Object.values(value)) {
    const strange = strangeIn(one, seen)
    if (strange !== null) return strange
  }
  return null
}
