import { PortError } from '../../../src/ports/errors.ts'
import { canary } from './hostile.ts'
import { strangeIn } from './plain-data.ts'

/** What is wrong with what an adapter makes of an answer, if anything: data, or a `PortError` of one line that is not endless. */
export function read(make: () => unknown): string | null {
  try {
    return wrongData(make())
  } catch (error) {
    return wrongWith(error)
  }
}

/** The same of what it answers later. */
export async function readLater(make: () => Promise<unknown>): Promise<string | null> {
  try {
    return wrongData(await make())
  } catch (error) {
    return wrongWith(error)
  }
}

const categories = [
  'auth',
  'forbidden',
  'not-found',
  'conflict',
  'rate',
  'unavailable',
  'contract',
  'refused',
  'config',
]

function wrongWith(error: unknown): string | null {
  if (!(error instanceof PortError)) return `threw ${String(error)}`
  const { message, category, retryAfter } = error
  if (message.length > 2000) return 'an endless message'
  if (message.includes(canary)) return `quotes the answer: ${message}`
  if (/[\u0000-\u001F\u007F-\u009F]/.test(message)) return 'a control character in a message'
  if (!categories.includes(category)) return `no category: ${category}`
  return retryAfter === null || (retryAfter >= 0 && Number.isFinite(retryAfter)) ? null : `waits for ${retryAfter}`
}

/** Of several things that were asked at once some may have failed. */
function wrongData(value: unknown): string | null {
  for (const one of Array.isArray(value) ? (value as readonly unknown[]) : []) {
    const isFailure = typeof one === 'object' && one !== null && 'error' in one && one.error instanceof Error
    const wrong = isFailure ? wrongWith(one.error) : null
    if (wrong !== null) return wrong
  }
  return strangeIn(value)
}
