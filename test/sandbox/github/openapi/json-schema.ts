/**
 * OpenAPI 3.0 to JSON Schema: `nullable` becomes a union with null. What is named `nullable` inside a `properties` map is
 * a property, not the keyword, and stays.
 */
export function toJsonSchema(node: unknown, isMapOfNames = false): unknown {
  if (Array.isArray(node)) return node.map((entry) => toJsonSchema(entry))
  if (node === null || typeof node !== 'object') return node
  const { nullable, discriminator: _, ...rest } = node as Record<string, unknown>
  const converted = Object.fromEntries(
    Object.entries(isMapOfNames ? (node as Record<string, unknown>) : rest).map(([key, value]) => [
      key,
      key === 'enum' || key === 'const' || key === 'required'
        ? value
        : toJsonSchema(value, key === 'properties' && !isMapOfNames),
    ]),
  )
  return !isMapOfNames && nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted
}
