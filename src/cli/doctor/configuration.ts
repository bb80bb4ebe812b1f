import { harmless, type Problem, type Warning } from '../../config/problems.ts'
import { fail, ok, warn, type Finding } from './check.ts'

/** The first look: without a whole configuration there is nothing to look with. */
export function configurationFindings(
  read:
    | { readonly ok: true; readonly warnings: readonly Warning[] }
    | { readonly ok: false; readonly problems: readonly Problem[] },
): readonly Finding[] {
  if (!read.ok) {
    return read.problems.map(({ path, expected, got, remedy, source }) =>
      fail(path, `expected ${expected}, got ${got} (${harmless(source)})`, remedy),
    )
  }
  if (read.warnings.length === 0) return [ok('', 'every setting is valid')]
  return read.warnings.map(({ message, remedy }) => warn('', message, remedy))
}
