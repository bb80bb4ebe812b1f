import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest. Begun last, one of them would keep a single worker busy at the end. */
const long = [
  'test/reliability/processes/killed.test.ts',
  'test/adapters/github/failures.test.ts',
  'test/adapters/faults/faults.test.ts',
  'test/reliability/fault-wire.test.ts',
  'test/reliability/crash-matrix.test.ts',
  'test/reliability/live-gates.test.ts',
  'test/reliability/interleavings.test.ts',
  'test/reliability/safeguards.test.ts',
  'test/deploy/bundle.test.ts',
  'test/reliability/fuzz/yaml.test.ts',
  'test/reliability/fuzz/github.test.ts',
  'test/programs/markers.test.ts',
  'test/programs/landing.test.ts',
  'test/budget/quiet-watcher.test.ts',
  'test/budget/hour.test.ts',
  'test/budget/pull-requests.test.ts',
]

/** Long files first, in the order of the list; the others as vitest orders them. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = long.findIndex((name) => moduleId.endsWith(`/${name}`))
      return at === -1 ? long.length : at
    }
    // oxlint-disable-next-line unicorn/no-array-sort -- vitest's own method of that name, no array's
    const usual = await super.sort(files)
    return usual.toSorted((one, other) => rank(one) - rank(other))
  }
}
