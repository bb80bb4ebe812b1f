import * as z from 'zod'

/** How a tunable is written in an environment variable. `none`: it has no variable. */
export type FieldKind = 'number' | 'boolean' | 'text' | 'list' | 'none'

/** What `.meta()` of every tunable carries; the docs table and the problems are made of it. */
export interface FieldMeta {
  readonly kind: FieldKind
  /** The words after "expected:". */
  readonly allowed: string
  readonly description: string
}

/** Seconds of wall clock, fractions allowed. */
export function seconds(byDefault: number, min: number, max: number, description: string) {
  const allowed = `a number of seconds from ${min} to ${max}`
  return told(z.number(allowed).check(z.gte(min, allowed), z.lte(max, allowed)).default(byDefault), {
    kind: 'number',
    allowed,
    description,
  })
}

export function count(byDefault: number, min: number, max: number, description: string) {
  const allowed = `a whole number from ${min} to ${max}`
  return told(z.int(allowed).check(z.gte(min, allowed), z.lte(max, allowed)).default(byDefault), {
    kind: 'number',
    allowed,
    description,
  })
}

/** US dollars. */
export function dollars(byDefault: number, min: number, max: number, description: string) {
  const allowed = `a number of US dollars from ${min} to ${max}`
  return told(z.number(allowed).min(min, allowed).max(max, allowed).default(byDefault), {
    kind: 'number',
    allowed,
    description,
  })
}

export function flag(byDefault: boolean, description: string) {
  const allowed = 'true or false'
  return told(z.boolean(allowed).default(byDefault), { kind: 'boolean', allowed, description })
}

export function choice<const Options extends readonly [string, ...string[]]>(
  byDefault: Options[number],
  options: Options,
  description: string,
) {
  const allowed = `one of ${options.join(', ')}`
  return told(z.enum(options, allowed).default(byDefault), { kind: 'text', allowed, description })
}

export function text(byDefault: string, form: TextForm, description: string) {
  return told(form.schema.default(byDefault), { kind: 'text', allowed: form.allowed, description })
}

export function list<Item extends string>(byDefault: readonly Item[], form: TextForm<Item>, description: string) {
  const allowed = `a list, each ${form.allowed}`
  return told(
    z
      .array(form.schema, allowed)
      .max(1000, 'at most 1000 entries')
      .default([...byDefault]),
    { kind: 'list', allowed, description },
  )
}

/** `.meta()` without the copy of the schema that it makes: there are sixty fields, and each tick pays for them. */
function told<Schema extends z.ZodType>(schema: Schema, meta: FieldMeta): Schema {
  z.globalRegistry.add(schema, { ...meta })
  return schema
}

/** The form of a text: its schema, whose every message is the same words. */
interface TextForm<Value extends string = string> {
  readonly schema: z.ZodType<Value, Value>
  readonly allowed: string
}

export function textForm(allowed: string, pattern: RegExp): TextForm {
  return { schema: z.string(allowed).regex(pattern, allowed), allowed }
}

export function oneOf<const Options extends readonly [string, ...string[]]>(
  options: Options,
): TextForm<Options[number]> {
  const allowed = `one of ${options.join(', ')}`
  return { schema: z.enum(options, allowed), allowed }
}
