import { GATE_NAMES } from './gates.ts'
import { nearestName } from './nearest.ts'
import type { Warning } from './problems.ts'
import { SECRET_VARIABLES } from './secrets.ts'
import { SETTING_VARIABLES } from './settings.ts'
import type { Env } from './sources.ts'
import { envValue } from './sources.ts'
import { TUNABLES } from './tunables.ts'

/**
 * A warning for each `AFK_*` variable that afk does not know: Kubernetes injects some for a service named `afk` (SPEC 4).
 * Names only, sorted; a value may be a secret under a misspelt name.
 */
export function unknownVariables(env: Env): Warning[] {
  const known: readonly string[] = [
    ...GATE_NAMES,
    ...TUNABLES.flatMap((tunable) => tunable.env ?? []),
    ...SETTING_VARIABLES.map(([name]) => name),
    ...SECRET_VARIABLES.map(([name]) => name),
  ]
  return Object.keys(env)
    .filter((name) => name.startsWith('AFK_') && envValue(env, name) !== undefined && !known.includes(name))
    .toSorted()
    .map((name) => {
      const near = nearestName(name, known)
      const shown = name.slice(0, 100)
      return {
        message: `${shown} is not known and has no effect${near === undefined ? '' : `; did you mean ${near}?`}`,
        remedy:
          near === undefined
            ? `unset ${shown}; where Kubernetes sets it for a Service named afk, enableServiceLinks: false keeps it away`
            : `set ${near} instead, and unset ${shown}`,
      }
    })
}
