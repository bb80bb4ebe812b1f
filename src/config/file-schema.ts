import * as z from 'zod'

import { globalShape, repoOnlyShape, sharedShape } from './schema.ts'

type Shape = Readonly<Record<string, z.ZodType>>

/** The configuration file: the schema's names, none of them required, and `repos`. Null is unset. Made when there is a file: it costs 2 ms. */
export function fileSchema() {
  const repoEntry = z.strictObject(relax({ ...sharedShape, ...repoOnlyShape }), 'a mapping')
  return z.strictObject(
    {
      ...relax({ ...globalShape, ...sharedShape }),
      repos: z.record(z.string(), repoEntry.nullish(), 'a mapping of owner/name to settings').nullish(),
    },
    'a mapping of names to values',
  )
}

function relax(shape: Shape): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, relaxField(field).nullish()]))
}

function relaxField(field: z.ZodType): z.ZodType {
  if (!(field instanceof z.ZodDefault || field instanceof z.ZodPrefault)) return field
  const inner = field.unwrap()
  // A group of tunables has no meta data of its own; a tunable that is a mapping has.
  const group = inner instanceof z.ZodObject && field.meta() === undefined
  return group ? z.strictObject(relax(inner.shape), 'a mapping') : (inner as z.ZodType)
}
