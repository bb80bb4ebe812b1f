import { remedyOf } from '../../app/remedy-of.ts'
import { PortError } from '../../ports/errors.ts'
import { fail, type Finding } from './check.ts'

/** A port's failure as a finding; anything else is a fault of afk's own, and is thrown on. */
export function portFailure(error: unknown, subject = ''): Finding {
  if (!(error instanceof PortError)) throw error
  return fail(subject, error.message, remedyOf(error))
}
