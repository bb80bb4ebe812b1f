import * as z from 'zod'

import type { FieldKind, FieldMeta } from './field.ts'
import { globalShape, repoOnlyShape, sharedShape } from './schema.ts'

/** One tunable, as derived from the schema. */
export interface Tunable {
  readonly path: readonly string[]
  /** The path as people write it: `fixForward.maxAttempts`. */
  readonly name: string
  /** Its variable; those of `scope` repo-only have none. */
  readonly env: string | undefined
  readonly kind: FieldKind
  readonly scope: 'global' | 'shared' | 'repo-only'
  readonly allowed: string
  readonly description: string
  readonly byDefault: unknown
  /** The schema without its default: undefined is not accepted. */
  readonly schema: z.ZodType
}

export const TUNABLES: readonly Tunable[] = [
  ...leaves(globalShape, 'global'),
  ...leaves(sharedShape, 'shared'),
  ...leaves(repoOnlyShape, 'repo-only'),
]

/** Path segments to a variable: `fixForward.maxAttempts` is `AFK_FIX_FORWARD_MAX_ATTEMPTS` (SPEC 4). */
function envName(path: readonly string[]): string {
  return `AFK_${path.map((segment) => segment.replaceAll(/[A-Z]/g, '_$&')).join('_')}`.toUpperCase()
}

function leaves(
  shape: Readonly<Record<string, z.ZodType>>,
  scope: Tunable['scope'],
  above: readonly string[] = [],
): Tunable[] {
  return Object.entries(shape).flatMap(([key, field]) => {
    const path = [...above, key]
    const meta = field.meta()
    const inner = withoutDefault(field)
    if (meta === undefined && inner instanceof z.ZodObject) return leaves(inner.shape, scope, path)
    const { kind, allowed, description } = requireMeta(path, meta)
    const env = scope === 'repo-only' ? undefined : envName(path)
    // What a default is before a transform: `none`, not what the core makes of it.
    const byDefault =
      field instanceof z.ZodDefault || field instanceof z.ZodPrefault ? field.def.defaultValue : undefined
    return [
      {
        path,
        name: path.join('.'),
        env,
        kind,
        scope,
        allowed,
        description,
        byDefault,
        schema: inner,
      },
    ]
  })
}

function withoutDefault(field: z.ZodType): z.ZodType {
  // zod types the inner schema by its core interface; every schema of ours is a classic one.
  return field instanceof z.ZodDefault || field instanceof z.ZodPrefault ? (field.unwrap() as z.ZodType) : field
}

/** A field without meta data is a fault of this program, found by the first import. */
function requireMeta(path: readonly string[], meta: Readonly<Record<string, unknown>> | undefined): FieldMeta {
  if (meta?.['kind'] === undefined || meta['allowed'] === undefined || meta['description'] === undefined) {
    throw new Error(`the schema's ${path.join('.')} has no meta data`)
  }
  return meta as unknown as FieldMeta
}
