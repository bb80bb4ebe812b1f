import type { Json } from '../app/report.ts'

/** A span of time for people: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. Negative spans are told as none. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return two(hours, 'h', minutes % 60, 'min')
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function two(large: number, unit: string, small: number, smaller: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smaller}`
}

/** Facts of a decision in a line: `label ready-for-human, by ada`. */
export function factsText(facts: { readonly [name: string]: Json | undefined }): string {
  return Object.entries(facts)
    .filter(([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(', ')
}

function valueText(value: Json | undefined): string {
  if (Array.isArray(value)) return value.map((item: Json) => valueText(item)).join(' and ')
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `2026-11-21T03:40:00.000Z`, the form of every time in the JSON output; null stays null. */
export function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
