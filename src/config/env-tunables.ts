import type { Layer, Setting } from './layer.ts'
import type { Problem } from './problems.ts'
import { schemaProblems } from './schema-problems.ts'
import type { Env } from './sources.ts'
import { envValue } from './sources.ts'
import type { Tunable } from './tunables.ts'
import { TUNABLES } from './tunables.ts'
import { BOOLEAN_WORDS, isDecimal, parseBoolean } from './words.ts'

/** The tunables that the environment sets, validated, and all that is wrong with them. */
export function readEnvTunables(env: Env): {
  readonly layer: Layer
  readonly problems: readonly Problem[]
} {
  const layer = new Map<string, Setting>()
  const problems: Problem[] = []
  for (const tunable of TUNABLES) {
    const raw = tunable.env === undefined ? undefined : envValue(env, tunable.env)
    if (raw === undefined) continue
    const source = `env ${tunable.env}`
    const value = convert(tunable, raw)
    layer.set(tunable.name, { value, source })
    problems.push(...checkOne(tunable, value, source))
  }
  return { layer, problems }
}

function checkOne(tunable: Tunable, value: unknown, source: string): Problem[] {
  const result = tunable.schema.safeParse(value)
  if (result.success) return []
  const found = schemaProblems(result.error.issues, {
    // The path is put above the value, so that problems name the tunable and look up its default.
    input: value,
    whole: tunable.name,
    above: tunable.path,
    sourceOf: () => source,
  })
  const remedy = `correct it, or unset it for the default`
  const expected = tunable.kind === 'boolean' ? { expected: BOOLEAN_WORDS } : {}
  return found.map((problem) => ({ ...problem, remedy, ...expected }))
}

/** Text to the schema's type; what does not fit stays text, and the schema says what it wanted. */
function convert(tunable: Tunable, raw: string): unknown {
  if (tunable.kind === 'number') return isDecimal(raw) ? Number(raw) : raw
  if (tunable.kind === 'boolean') return parseBoolean(raw) ?? raw
  if (tunable.kind === 'list') return raw.split(',').map((item) => item.trim())
  return raw
}
