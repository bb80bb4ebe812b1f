import type { poll } from '../../src/app/poll.ts'
import type { watch } from '../../src/app/watch.ts'

/** The two programs as functions of a tick: those of the sources, or of a copy that was changed on purpose. */
export interface Programs {
  readonly poll: typeof poll
  readonly watch: typeof watch
}
