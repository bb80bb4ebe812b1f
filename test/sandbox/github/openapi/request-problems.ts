import type { Ajv, ValidateFunction } from 'ajv'
import type { Operation, Parameter } from './description.ts'
import { toJsonSchema } from './json-schema.ts'
import { problem, toProblems, within, type Check, type Problem } from './problem.ts'

/** A parameter that GitHub does not know is ignored by it in silence, so here it is a problem. */
export function parameterProblems(
  ajv: Ajv,
  operation: Operation,
  place: 'path' | 'query',
  values: Record<string, string>,
): Problem[] {
  const known = operation.parameters.filter((parameter) => parameter.in === place)
  const strange = Object.keys(values).filter((name) => !known.some((parameter) => parameter.name === name))
  return [
    ...strange.map((name) => problem(`request ${place} ${name} is not known`)),
    ...known.flatMap((parameter) => valueProblems(ajv, parameter, values[parameter.name])),
  ]
}

function valueProblems(ajv: Ajv, parameter: Parameter, value: string | undefined): Problem[] {
  const where = `request ${parameter.in} ${parameter.name}`
  if (value === undefined) return parameter.required ? [problem(`${where} is missing`)] : []
  if (parameter.name === 'per_page' && Number(value) > 100)
    return [problem(`${where} ${value} is over 100: GitHub cuts it in silence`)]
  const { type, validate } = compiled(ajv, parameter)
  if (validate === null || validate(typed(type, value))) return []
  return within(where, toProblems(validate.errors ?? []))
}

interface Compiled {
  readonly type: string | undefined
  /** Null where the description leads elsewhere. */
  readonly validate: ValidateFunction | null
}

/** Compiled once for each parameter: ajv knows schemas by identity alone, and took half of a request's time. */
function compiled(ajv: Ajv, parameter: Parameter): Compiled {
  const known = ofAjv.get(ajv) ?? new WeakMap<Parameter, Compiled>()
  ofAjv.set(ajv, known)
  const before = known.get(parameter)
  if (before !== undefined) return before
  const schema = toJsonSchema(parameter.schema) as { type?: string; $ref?: string }
  const made = { type: schema.type, validate: schema.$ref === undefined ? ajv.compile(schema) : null }
  known.set(parameter, made)
  return made
}

const ofAjv = new WeakMap<Ajv, WeakMap<Parameter, Compiled>>()

function typed(type: string | undefined, value: string): unknown {
  if (type === 'integer' || type === 'number') return value === '' ? value : Number(value)
  return type === 'boolean' && (value === 'true' || value === 'false') ? value === 'true' : value
}

/** Unknown keys at the top of a body are a problem too: GitHub drops them in silence. */
export function bodyProblems(operation: Operation, body: unknown, check: Check): Problem[] {
  const { requestBody } = operation
  if (body === undefined) return requestBody?.required ? [problem('request body is missing')] : []
  if (!requestBody) return [problem('request body where none is known')]
  const strange =
    requestBody.keys === null || body === null || typeof body !== 'object' || Array.isArray(body)
      ? []
      : Object.keys(body)
  return [
    ...strange
      .filter((key) => !requestBody.keys?.includes(key))
      .map((key) => problem(`request key ${key} is not known`)),
    ...within('request body', check(requestBody.pointer, body)),
  ]
}
