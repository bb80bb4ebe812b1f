import type { Tunable } from './tunables.ts'

/** A value before validation, and where it was found. */
export interface Setting {
  readonly value: unknown
  readonly source: string
}

/** What one place (environment, file, a repo's entry) says, by the tunable's name. */
export type Layer = ReadonlyMap<string, Setting>

/** The values of the tunables in a parsed mapping; null is unset. `sourceOf` tells where a path stands. */
export function layerOf(
  mapping: unknown,
  tunables: readonly Tunable[],
  sourceOf: (path: readonly string[]) => string,
): Layer {
  const layer = new Map<string, Setting>()
  for (const { name, path } of tunables) {
    const value = valueAt(mapping, path)
    if (value !== undefined && value !== null) layer.set(name, { value, source: sourceOf(path) })
  }
  return layer
}

/** Later layers win. */
export function mergeLayers(...layers: readonly Layer[]): Layer {
  return new Map(layers.flatMap((layer) => [...layer]))
}

/** The value at a path of own properties; undefined where the path breaks off. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value
  for (const segment of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, segment)) return undefined
    found = (found as Record<PropertyKey, unknown>)[segment]
  }
  return found
}
