import { PortError } from '../../../src/ports/errors.ts'
import { strangeIn } from './plain-data.ts'

/** What is wrong with what an adapter makes of an answer, if anything: data, or a `PortError` of one line that is not endless. */
export function read(make: () => unknown): string | null {
  try {
    return strangeIn(make())
  } catch (error) {
    return wrongWith(error)
  }
}

export function wrongWith(error: unknown): string | null {
  if (!(error instanceof PortError)) return `threw ${String(error)}`
  if (error.message.length > 2000) return 'an endless message'
  return /[\u0000-\u001F\u007F-\u009F]/.test(error.message) ? 'a control character in a message' : null
}
