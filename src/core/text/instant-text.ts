import type { Instant } from '../model.ts'

/**
 * An instant for people, `2026-11-21 05:34 UTC`. Arithmetic and not `Date`, which the core does without so that a lint rule can keep
 * clocks out of it. Civil calendar after Howard Hinnant, "chrono-compatible low-level date algorithms" (`civil_from_days`).
 */
export function instantText(at: Instant): string {
  if (!Number.isFinite(at) || Math.abs(at) > LATEST) return 'an unknown time'
  const minutes = Math.floor(at / 60_000)
  const days = Math.floor(minutes / 1440)
  const minute = minutes - days * 1440
  return `${civilDay(days)} ${two(Math.floor(minute / 60))}:${two(minute % 60)} UTC`
}

/** Where ECMAScript's own time ends; far enough. */
const LATEST = 8.64e15

function civilDay(days: number): string {
  // Years begin in March here, which puts the leap day at their end.
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const month = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * month + 2) / 5) + 1
  const calendarMonth = month < 10 ? month + 3 : month - 9
  const year = yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}-${two(calendarMonth)}-${two(day)}`
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
