/** Words that are part of the contract: compared as they are. All other strings only by being strings. */
const WORDS = new Set([
  '_tag',
  'code',
  'reason',
  'requiredScope',
  'kind',
  'tone',
  'status',
  'state',
  'role',
  'type',
  'itemType',
  'toolName',
  'requestKind',
  'requestType',
  'runtimeMode',
  'interactionMode',
  'providerName',
  'providerInstanceId',
  'instanceId',
  'lastError',
  'policy',
  'token_type',
  'issued_token_type',
  'serverVersion',
  'sessionMethod',
])

/**
 * The shape of an answer: keys, types, nulls, booleans and the contract's own words, without ids, times, numbers and texts. An array is
 * the sorted list of its elements' shapes, since T3 lists rows of one instant by random id.
 */
export function shapeOf(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => shapeOf(item)).toSorted((a, b) => (text(a) < text(b) ? -1 : 1))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, item]) => [name, shapeOf(item, name)] as const)
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }
  if (value === null || typeof value === 'boolean') return value
  return typeof value === 'string' && WORDS.has(key) ? value : `<${typeof value}>`
}

const text = (value: unknown): string => JSON.stringify(value)
