import { describeValue, envProblem } from './problems.ts'
import type { Problem } from './problems.ts'
import type { Env } from './sources.ts'
import { envValue } from './sources.ts'

/** What reading one variable gives. */
export type Read<T> = { readonly value: T } | { readonly problem: Problem }

/** One word out of a few, any case. */
export function readOption<const Option extends string>(
  env: Env,
  name: string,
  options: readonly Option[],
  byDefault: Option,
): Read<Option> {
  const raw = envValue(env, name)
  if (raw === undefined) return { value: byDefault }
  const value = options.find((option) => option === raw.toLowerCase())
  if (value !== undefined) return { value }
  return { problem: envProblem(name, `one of ${options.join(', ')}`, describeValue(raw), `correct or unset ${name}`) }
}
