export type Result = { ok: true; value: unknown } | { ok: false }

/** Looks at one field; the value it gives back is what T3 stores. */
export type Check = (value: unknown) => Result

const bad: Result = { ok: false }
const good = (value: unknown): Result => ({ ok: true, value })

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''

export const string: Check = (value) => (typeof value === 'string' ? good(value) : bad)

/** A string that is not blank; stored trimmed. */
export const text: Check = (value) => (isText(value) ? good(value.trim()) : bad)

export const boolean: Check = (value) => (typeof value === 'boolean' ? good(value) : bad)

export const anyObject: Check = (value) => (isRecord(value) ? good(value) : bad)

export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? good(undefined) : check(value)

/** The key is required, its value may be null. */
export const nullable =
  (check: Check): Check =>
  (value) =>
    value === null ? good(null) : check(value)

export const oneOf =
  (...words: string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value) ? good(value) : bad

export const arrayOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((item) => check(item).ok) ? good(value) : bad

export const object =
  (fields: Record<string, Check>): Check =>
  (value) => {
    if (!isRecord(value)) return bad
    const parsed: Record<string, unknown> = {}
    for (const [name, check] of Object.entries(fields)) {
      const result = check(value[name])
      if (!result.ok) return bad
      if (result.value !== undefined) parsed[name] = result.value
    }
    return good(parsed)
  }

/** `{instanceId, model}`, or `{provider, model}` of older clients. The instance must be a slug and need not exist. */
export const modelSelection: Check = (value) => {
  if (!isRecord(value) || !isText(value['model'])) return bad
  const instance = value['instanceId'] ?? value['provider']
  if (!isText(instance) || !/^[A-Za-z][\w-]*$/.test(instance.trim())) return bad
  const options = value['options'] === undefined ? {} : { options: value['options'] }
  return good({ instanceId: instance.trim(), model: value['model'].trim(), ...options })
}
