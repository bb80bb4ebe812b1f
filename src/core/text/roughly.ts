/** A length of time for people, in its largest whole unit: `24 hours` up to two days, then days. Given in seconds. */
export function roughly(seconds: number): string {
  if (seconds < 120) return counted(Math.max(1, Math.round(seconds)), 'second')
  if (seconds < 2 * HOUR) return counted(Math.round(seconds / 60), 'minute')
  if (seconds < 2 * DAY) return counted(Math.round(seconds / HOUR), 'hour')
  return counted(Math.round(seconds / DAY), 'day')
}

const HOUR = 3600
const DAY = 24 * HOUR

/** `1 minute`, `2 minutes`. */
export function counted(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`
}
