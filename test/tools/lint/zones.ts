import { isBuiltin } from 'node:module'
import { posix } from 'node:path'

/** What an import names, once its specifier is read: a file of the project, a package, a Node module, or nothing known. */
type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'unknown' }

export interface Import {
  /** Path of the importing file from the project's root, with slashes. */
  readonly from: string
  readonly specifier: string
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean
}

/**
 * Why the hexagon forbids this import (SPEC 2), or undefined when it is allowed. Only files below `src/` are bound:
 * tests and tools may import what they like. What no zone names is refused, so that a new folder needs a rule first.
 */
export function importRefusal({ from, specifier, typeOnly }: Import): string | undefined {
  const zone = zoneOf(from)
  if (zone === undefined) return undefined
  const target = targetOf(from, specifier)
  const allowed = zones[zone]({ from, target, typeOnly })
  return allowed ? undefined : `${zone} must not import "${specifier}": ${rules[zone]}`
}

type Zone = 'core' | 'ports' | 'app' | 'config' | 'cli' | 'an adapter' | 'an entrypoint' | 'an unknown folder of src'

const rules: Readonly<Record<Zone, string>> = {
  core: 'only core, ts-pattern and, in core/ids.ts, node:crypto',
  ports: 'only other ports, and types of core',
  app: 'only app, core, ports and ts-pattern',
  config: 'only config, types of core, zod, yaml and Node',
  cli: 'only cli, app, core, ports, config, packages and Node: src/compose-desk.ts hands it the clients',
  'an adapter': 'only its own folder, core, ports, packages and Node',
  'an entrypoint': 'nothing outside src but packages and Node',
  'an unknown folder of src': 'SPEC 2 has no such part; give it a rule in test/tools/lint/zones.ts',
}

interface Question {
  readonly from: string
  readonly target: Target
  readonly typeOnly: boolean
}

const zones: Readonly<Record<Zone, (question: Question) => boolean>> = {
  core: ({ from, target }) =>
    within(target, 'src/core/') ||
    isPackage(target, ['ts-pattern']) ||
    (from === 'src/core/ids.ts' && target.kind === 'node' && target.name === 'crypto'),
  ports: ({ target, typeOnly }) => within(target, 'src/ports/') || (typeOnly && within(target, 'src/core/')),
  app: ({ target }) =>
    within(target, 'src/app/') ||
    within(target, 'src/core/') ||
    within(target, 'src/ports/') ||
    isPackage(target, ['ts-pattern']),
  config: ({ target, typeOnly }) =>
    within(target, 'src/config/') ||
    (typeOnly && within(target, 'src/core/')) ||
    isPackage(target, ['zod', 'yaml']) ||
    isPlainNode(target),
  cli: ({ target }) =>
    ['cli', 'app', 'core', 'ports', 'config'].some((folder) => within(target, `src/${folder}/`)) ||
    target.kind === 'package' ||
    isPlainNode(target),
  'an adapter': ({ from, target }) =>
    inOwnFolder(from, target) ||
    within(target, 'src/core/') ||
    within(target, 'src/ports/') ||
    target.kind === 'package' ||
    isPlainNode(target),
  'an entrypoint': ({ target }) => within(target, 'src/') || target.kind === 'package' || isPlainNode(target),
  'an unknown folder of src': () => false,
}

function zoneOf(from: string): Zone | undefined {
  if (!from.startsWith('src/')) return undefined
  const [, folder = '', ...rest] = from.split('/')
  if (rest.length === 0) return 'an entrypoint'
  if (folder === 'adapters') return 'an adapter'
  if (folder === 'core' || folder === 'ports' || folder === 'app' || folder === 'config' || folder === 'cli')
    return folder
  return 'an unknown folder of src'
}

/** What would go round every rule is unknown: `#internal` names, URLs (so `%61dapters` and `?query`), the own name. */
function targetOf(from: string, specifier: string): Target {
  if (/[%?#\\:]/u.test(specifier.replace(/^node:/u, ''))) return { kind: 'unknown' }
  if (/^\.\.?(\/|$)/u.test(specifier)) return { kind: 'file', path: posix.join(posix.dirname(from), specifier) }
  if (isBuiltin(specifier)) return { kind: 'node', name: specifier.replace(/^node:/u, '') }
  const name = /^(@[\w.~-]+\/)?[\w.~-]+(?=\/|$)/u.exec(specifier)?.[0]
  return name === undefined || name === 'afk' ? { kind: 'unknown' } : { kind: 'package', name }
}

function within(target: Target, folder: string): boolean {
  return target.kind === 'file' && target.path.startsWith(folder)
}

/** A file right in `src/adapters/` is an adapter of its own, so its folder is the file itself. */
function inOwnFolder(from: string, target: Target): boolean {
  const [, , vendor = '', ...rest] = from.split('/')
  return rest.length > 0 && within(target, `src/adapters/${vendor}/`)
}

function isPackage(target: Target, names: readonly string[]): boolean {
  return target.kind === 'package' && names.includes(target.name)
}

/** `node:module` can make a `require`, which this rule could not see through. */
function isPlainNode(target: Target): boolean {
  return target.kind === 'node' && target.name !== 'module'
}
