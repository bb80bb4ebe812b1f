/**
 * Checks of the shape of plain data, put together from small ones: each answers null, or where the value is wrong and what was
 * expected there. The core parses one thing, its own card, and has no schema library for it. Values are never repeated in the answer.
 */
export type Shape = (value: unknown, path: string) => string | null

export function text(value: unknown, path: string): string | null {
  return typeof value === 'string' ? null : wrong(path, 'a text', value)
}

export function flag(value: unknown, path: string): string | null {
  return typeof value === 'boolean' ? null : wrong(path, 'true or false', value)
}

/** Finite, as all JSON numbers should be: `1e999` is not. */
export function number(value: unknown, path: string): string | null {
  return typeof value === 'number' && Number.isFinite(value) ? null : wrong(path, 'a number', value)
}

export function count(value: unknown, path: string): string | null {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? null : wrong(path, 'a whole number from 0', value)
}

export function matching(pattern: RegExp, expected: string): Shape {
  return (value, path) => (typeof value === 'string' && pattern.test(value) ? null : wrong(path, expected, value))
}

export function nullable(shape: Shape): Shape {
  return (value, path) => (value === null ? null : shape(value, path))
}

export function listOf(shape: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) return wrong(path, 'a list', value)
    for (const [index, item] of value.entries()) {
      const why = shape(item, `${path}[${index}]`)
      if (why !== null) return why
    }
    return null
  }
}

/** Any keys, each with a value of that shape. */
export function recordOf(shape: Shape): Shape {
  return (value, path) => {
    if (!isObject(value)) return wrong(path, 'an object', value)
    for (const [key, item] of Object.entries(value)) {
      const why = shape(item, `${path}[${named(key)}]`)
      if (why !== null) return why
    }
    return null
  }
}

/** Exactly these fields: the optional ones may be missing, and no other may be there. */
export function fields(
  required: { readonly [key: string]: Shape },
  optional: { readonly [key: string]: Shape } = {},
): Shape {
  const shapes = Object.entries({ ...required, ...optional })
  const names = Object.keys(required)
  return (value, path) => {
    if (!isObject(value)) return wrong(path, 'an object', value)
    const stranger = Object.keys(value).find((key) => !Object.hasOwn(required, key) && !Object.hasOwn(optional, key))
    if (stranger !== undefined) return `${path}: unknown field ${named(stranger)}`
    const missing = names.find((key) => !Object.hasOwn(value, key))
    if (missing !== undefined) return `${path}.${missing}: missing`
    for (const [key, shape] of shapes) {
      const why = Object.hasOwn(value, key) ? shape(value[key], `${path}.${key}`) : null
      if (why !== null) return why
    }
    return null
  }
}

/** A key that is no plain name could be anybody's text. */
function named(key: string): string {
  return /^[\w:.-]{1,40}$/u.test(key) ? `"${key}"` : '(another name)'
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(path: string, expected: string, value: unknown): string {
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value
  return `${path}: expected ${expected}, got ${got}`
}
