import type { ZodError } from 'zod'

/** The fields, three at most, that an answer of the API server has otherwise than expected: names, never values. */
export function whereWrong(error: ZodError): string {
  return error.issues
    .map((issue) => issue.path.join('.') || '(root)')
    .slice(0, 3)
    .join(', ')
}
