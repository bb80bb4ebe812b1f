import { boundaries } from './boundaries.ts'
import { moduleState } from './module-state.ts'
import { pureCore } from './pure-core.ts'

/** The project's own lint rules. The linter asks a plugin for a default export. */
export default {
  meta: { name: 'afk' },
  rules: { boundaries, 'pure-core': pureCore, 'module-state': moduleState },
}
