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
  return z
    .number(allowed)
    .min(min, allowed)
    .max(max, allowed)
    .default(byDefault)
    .meta({ kind: 'number', allowed, description })
}

export function count(byDefault: number, min: number, max: number, description: string) {
  const allowed = `a whole number from ${min} to ${max}`
  return z
    .int(allowed)
    .min(min, allowed)
    .max(max, allowed)
    .default(byDefault)
    .meta({ kind: 'number', allowed, description })
}

/** US dollars. */
export function dollars(byDefault: number, min: number, max: number, description: string) {
  const allowed = `a number of US dollars from ${min} to ${max}`
  return z
    .number(allowed)
    .min(min, allowed)
    .max(max, allowed)
    .default(byDefault)
    .meta({ kind: 'number', allowed, description })
}

export function flag(byDefault: boolean, description: string) {
  const allowed = 'true or false'
  return z.boolean(allowed).default(byDefault).meta({ kind: 'boolean', allowed, description })
}

export function choice<const Options extends readonly [string, ...string[]]>(
  byDefault: Options[number],
  options: Options,
  description: string,
) {
  const allowed = `one of ${options.join(', ')}`
  return z.enum(options, allowed).default(byDefault).meta({ kind: 'text', allowed, description })
}

export function text(byDefault: string, form: TextForm, description: string) {
  return form.schema.default(byDefault).meta({ kind: 'text', allowed: form.allowed, description })
}

export function list<Item extends string>(byDefault: readonly Item[], form: TextForm<Item>, description: string) {
  const allowed = `a list, each ${form.allowed}`
  return z
    .array(form.schema, allowed)
    .max(1000, 'at most 1000 entries')
    .default([...byDefault])
    .meta({ kind: 'list', allowed, description })
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
