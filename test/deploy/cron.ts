/** The five fields of a schedule as Kubernetes' parser (robfig/cron, standard) takes them, in order. */
const fields = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { name: 'day of week', min: 0, max: 6, names: 'sun mon tue wed thu fri sat'.split(' ') },
] as const

/** What is wrong with a schedule, or undefined. `@every` and the other descriptors are refused: two ways to say one thing. */
export function cronProblem(schedule: string): string | undefined {
  const parts = schedule.split(/ +/)
  if (parts.length !== fields.length) return `expected ${fields.length} fields, got ${parts.length}`
  for (const [index, field] of fields.entries()) {
    const wrong = (parts[index] ?? '').split(',').find((range) => !isRange(range, field))
    if (wrong !== undefined) return `${field.name}: ${JSON.stringify(wrong)} is no value, range or step`
  }
  return undefined
}

/** Seconds between two ticks of `*` and stepped minute schedules; undefined for all others. */
export function periodSeconds(schedule: string): number | undefined {
  const step = /^\*(?:\/(\d+))? \* \* \* \*$/.exec(schedule)
  if (step === null || cronProblem(schedule) !== undefined) return undefined
  const minutes = Number(step[1] ?? 1)
  return 60 % minutes === 0 ? minutes * 60 : undefined
}

function isRange(text: string, field: (typeof fields)[number]): boolean {
  const [, from = '', to, step] = /^(\*|\?|[\da-z]+)(?:-([\da-z]+))?(?:\/(\d+))?$/i.exec(text) ?? []
  if (from === '' || (step !== undefined && Number(step) < 1)) return false
  if (from === '*' || from === '?') return to === undefined
  const first = valueOf(from, field)
  const last = to === undefined ? first : valueOf(to, field)
  return first >= field.min && last <= field.max && first <= last
}

/** NaN, which is in no range, for what is no value. */
function valueOf(text: string, { min, names }: (typeof fields)[number]): number {
  const named = names.findIndex((name) => name === text.toLowerCase())
  if (named >= 0) return named + min
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}
