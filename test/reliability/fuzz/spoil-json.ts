import { canary, pick, spoil } from './hostile.ts'

type Random = () => number

/** Keys that mean something else to a careless reader. */
const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'length', '', '\uD800', 'x\n', canary]

const odd: readonly unknown[] = [
  null,
  0,
  -1,
  0.5,
  1e308,
  2 ** 53,
  true,
  false,
  '',
  'x',
  canary,
  '1',
  '__proto__',
  'constructor',
  'toString',
  '2026-13-45T99:99:99Z',
  '2026-11-21T03:00:00+23:59',
  '+275760-09-13T00:00:00.000Z',
  '\uD800',
  [],
  {},
  [[]],
  ['__proto__'],
  [null],
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  deep(200),
]

/**
 * The same JSON with one to three places in it changed: a value gone, doubled, exchanged with its neighbour, of another type, a hostile
 * text, a key that is a prototype's. Mostly it is one: what is spoiled a little gets the deepest into a parser. What is not changed is
 * shared with the original, so that an input costs next to nothing.
 */
export function spoilJson(value: unknown, random: Random): unknown {
  let spoiled = value
  for (let times = 1 + Math.floor(random() ** 2 * 3); times > 0; times -= 1) spoiled = spoilOnce(spoiled, random)
  return spoiled
}

function spoilOnce(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return spoilList(value, random)
  if (typeof value === 'object' && value !== null)
    return spoilObject(value as Readonly<Record<string, unknown>>, random)
  return spoilLeaf(value, random)
}

function spoilList(list: readonly unknown[], random: Random): unknown {
  const at = Math.floor(random() * list.length)
  if (list.length > 0 && random() < 0.8) return list.with(at, spoilOnce(list[at], random))
  switch (Math.floor(random() * 5)) {
    case 0:
      return list.toSpliced(at, 1)
    case 1:
      return [...list, ...list]
    case 2:
      return [...list, pick(odd, random)]
    case 3:
      return Object.fromEntries(list.entries())
    default:
      return pick(odd, random)
  }
}

function spoilObject(object: Readonly<Record<string, unknown>>, random: Random): unknown {
  const names = Object.keys(object)
  if (names.length === 0) return random() < 0.5 ? pick(odd, random) : { [pick(keys, random)]: pick(odd, random) }
  const name = pick(names, random)
  if (random() < 0.8) return { ...object, [name]: spoilOnce(object[name], random) }
  switch (Math.floor(random() * 7)) {
    case 0:
    case 1: {
      const { [name]: _gone, ...rest } = object
      return rest
    }
    case 2:
      return { ...object, [name]: object[pick(names, random)] }
    case 3:
      return { ...object, [pick(keys, random)]: pick(odd, random) }
    case 4:
      return { ...object, [name]: [object[name]] }
    case 5:
      return Object.values(object)
    default:
      return pick(odd, random)
  }
}

function spoilLeaf(value: unknown, random: Random): unknown {
  if (typeof value === 'string' && random() < 0.6) return spoil(value, random)
  if (typeof value === 'number' && random() < 0.3) return String(value)
  return pick(odd, random)
}

function deep(levels: number): unknown {
  let value: unknown = 'deep'
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value }
  return value
}
