/** One file that breaks one rule of SPEC 2: where it lies, what it says, and which rule must refuse it. */
export interface Planted {
  readonly path: string
  readonly code: string
  readonly rule: 'boundaries' | 'pure-core' | 'module-state'
}

/** Every way to name another module, tried from one place that may not name it: the app and an adapter. */
const forms: Readonly<Record<string, string>> = {
  'static import': "import { client } from '../adapters/github/client.ts'\nexport const used = client",
  'type-only import': "import type { Client } from '../adapters/github/client.ts'\nexport type Used = Client",
  'inline type import': "import { type Client } from '../adapters/github/client.ts'\nexport type Used = Client",
  'bare import': "import '../adapters/github/client.ts'",
  'namespace import': "import * as github from '../adapters/github/client.ts'\nexport const used = github",
  're-export': "export { client } from '../adapters/github/client.ts'",
  'type-only re-export': "export type { Client } from '../adapters/github/client.ts'",
  'star re-export': "export * from '../adapters/github/client.ts'",
  'type-only star re-export': "export type * from '../adapters/github/client.ts'",
  'dynamic import': "export const used = () => import('../adapters/github/client.ts')",
  'dynamic import of a template': 'export const used = () => import(`../adapters/github/client.ts`)',
  'dynamic import of a variable': "const path = '../adapters/github/client.ts'\nexport const used = () => import(path)",
  'import() type': "export type Used = import('../adapters/github/client.ts').Client",
  'typeof import() type': "export type Used = typeof import('../adapters/github/client.ts')",
  'import = require': "import github = require('../adapters/github/client.ts')\nexport const used = github",
  require: "export const used = require('../adapters/github/client.ts')",
  'module.require': "export const used = module.require('../adapters/github/client.ts')",
  'aliased require': "const load = require\nexport const used = load('../adapters/github/client.ts')",
  'import.meta.resolve': "export const used = import.meta.resolve('../adapters/github/client.ts')",
  'path in a detour': "import '../core/../adapters/github/client.ts'",
  'encoded path': "import '../%61dapters/github/client.ts'",
  'absolute path': "import '/srv/afk/src/adapters/github/client.ts'",
  'file URL': "import 'file:///srv/afk/src/adapters/github/client.ts'",
  'package-internal name': "import '#adapters/github/client.ts'",
  'own name': "import 'afk/src/adapters/github/client.ts'",
}

/** Every direction that is refused, as [folder of the importing file, specifier]. */
const directions: readonly (readonly [string, string])[] = [
  ['src/core', '../ports/tracker.ts'],
  ['src/core', '../app/poll.ts'],
  ['src/core', '../config/schema.ts'],
  ['src/core', '../adapters/github/client.ts'],
  ['src/core', '../compose.ts'],
  ['src/core', '../../test/core/a-run.ts'],
  ['src/core', 'zod'],
  ['src/core', 'node:fs'],
  ['src/core', 'fs'],
  ['src/core', 'node:crypto'],
  ['src/ports', '../app/poll.ts'],
  ['src/ports', '../adapters/github/client.ts'],
  ['src/ports', '../config/schema.ts'],
  ['src/ports', 'zod'],
  ['src/ports', 'node:events'],
  ['src/app', '../config/load.ts'],
  ['src/app', '../compose.ts'],
  ['src/app', '../poller.ts'],
  ['src/app', 'zod'],
  ['src/app', '@octokit/rest'],
  ['src/app', '@slack/web-api/dist/index.js'],
  ['src/app', 'node:timers/promises'],
  ['src/adapters/slack', '../github/client.ts'],
  ['src/adapters/slack', '../no-lock.ts'],
  ['src/adapters/slack', '../../app/poll.ts'],
  ['src/adapters/slack', '../../config/schema.ts'],
  ['src/adapters/slack', '../../compose.ts'],
  ['src/adapters/slack', 'node:module'],
  ['src/adapters', './github/client.ts'],
  ['src/adapters', './no-lock.ts'],
  ['src/config', '../ports/tracker.ts'],
  ['src/config', '../app/poll.ts'],
  ['src/config', '../adapters/github/client.ts'],
  ['src/config', '@octokit/rest'],
  ['src/cli', '../adapters/github/client.ts'],
  ['src/cli', '../compose.ts'],
  ['src/app', '../cli/table.ts'],
  ['src/core', '../cli/table.ts'],
  ['src', '../test/sandbox/start.ts'],
  ['src/helpers', './other.ts'],
]

/** What the core must not say. */
const impure: Readonly<Record<string, string>> = {
  'Date.now': 'export const at = Date.now()',
  "Date['now']": "export const at = Date['now']()",
  'Date[name]': "const name = 'now' as const\nexport const at = Date[name]()",
  'Date.now aliased': 'const D = Date\nexport const at = D.now()',
  'Date.now destructured': 'const { now } = Date\nexport const at = now()',
  'Date by optional chain': 'export const at = Date?.now()',
  'new Date()': 'export const at = new Date()',
  'new Date': 'export const at = new Date',
  'new Date(...spread)': 'export const at = (given: [number]) => new Date(...given)',
  'new Date(y, m)': 'export const at = new Date(2026, 1)',
  'Date()': 'export const at = Date()',
  'Reflect.construct': 'export const at = Reflect.construct(Date, [])',
  'Math.random': 'export const dice = Math.random()',
  'Math destructured': 'const { random } = Math\nexport const dice = random()',
  process: 'export const home = process.env',
  'typeof process': 'export type Host = typeof process',
  fetch: "export const answer = fetch('https://example.invalid')",
  setTimeout: 'export const timer = setTimeout(() => undefined, 1)',
  setInterval: 'export const timer = setInterval(() => undefined, 1)',
  queueMicrotask: 'queueMicrotask(() => undefined)',
  performance: 'export const at = performance.now()',
  'crypto.randomUUID': 'export const id = crypto.randomUUID()',
  console: "console.log('hello')",
  globalThis: "export const at = globalThis['Date'].now()",
  'typeof globalThis': 'export type World = typeof globalThis',
  global: 'export const at = global.Date.now()',
  eval: "export const at = eval('1')",
  Function: "export const at = new Function('return 1')",
  'constructor by stealth': "export const at = [].constructor.constructor('return 1')()",
  Promise: 'export const later = Promise.resolve(1)',
  'type Promise': 'export type Later = Promise<number>',
  'type PromiseLike': 'export type Later = PromiseLike<number>',
  'type AsyncIterable': 'export type Later = AsyncIterable<number>',
  'async function': 'export async function later() {}',
  'async arrow': 'export const later = async () => 1',
  'async method': 'export const it = { async later() {} }',
  'async generator': 'export async function* later() {}',
  'top-level await': 'export const now = await 1',
  'for await': 'for await (const x of []) void x\nexport {}',
  'dynamic import of core itself': "export const other = () => import('./clean.ts')",
  'import.meta': 'export const here = import.meta.url',
  'declared process': 'declare const process: { env: unknown }\nexport const home = process.env',
  'declared function': 'declare function fetch(url: string): string\nexport const answer = fetch("a")',
  'declare global': 'declare global { var at: number }\nexport const now = at',
  'local time': 'export const hour = (at: Date) => at.getHours()',
  'local time destructured': 'export const hour = ({ getHours }: Date) => getHours',
  'local words': 'export const text = (at: Date) => at.toLocaleString()',
  Intl: 'export const text = new Intl.NumberFormat().format(1)',
  'shared array': 'export const shared = new SharedArrayBuffer(1)',
}

const state: Readonly<Record<string, string>> = {
  let: 'let count = 0\nexport const next = () => (count += 1)',
  'exported let': 'export let count = 0',
  var: 'var count = 0\nexport const next = () => (count += 1)',
}

/** Every violation, by a name that says what it is. */
export const planted: ReadonlyMap<string, Planted> = new Map<string, Planted>([
  ...named('form', forms, 'src/app', 'boundaries'),
  ...directions.map(([folder, specifier], index): [string, Planted] => [
    `direction: ${folder} -> ${specifier}`,
    {
      path: `${folder}/direction-${index}.ts`,
      code: `import type { X } from '${specifier}'\nexport type Y = X\n`,
      rule: 'boundaries',
    },
  ]),
  [
    'direction: values of core in ports',
    { path: 'src/ports/values.ts', code: "export { pure } from '../core/clean.ts'\n", rule: 'boundaries' },
  ],
  [
    'direction: values of core in config',
    { path: 'src/config/values.ts', code: "export { pure } from '../core/clean.ts'\n", rule: 'boundaries' },
  ],
  ...named('purity', impure, 'src/core', 'pure-core'),
  ...named('state', state, 'src/app', 'module-state'),
])

function named(
  group: string,
  sources: Readonly<Record<string, string>>,
  folder: string,
  rule: Planted['rule'],
): [string, Planted][] {
  return Object.entries(sources).map(([name, code], index) => [
    `${group}: ${name}`,
    { path: `${folder}/${group}-${index}.ts`, code: `${code}\n`, rule },
  ])
}

/** Files as they should be: what the rules must let through. */
export const clean: Readonly<Record<string, string>> = {
  'src/core/clean.ts': `import { match } from 'ts-pattern'
import type { Model } from './model.ts'

export type Shape = Readonly<Record<string, Model>>

export function pure(now: Date, given: readonly number[]): string {
  const later = new Date(now.getTime() + Math.max(...given)).toISOString()
  const at = Date.UTC(2026, 0, 1) + Date.parse('2026-01-01T00:00:00Z')
  // Words are not deeds: Date.now(), process.env, import('node:fs').
  const process = { fetch: 'Math.random()' }
  return match(at > 0)
    .with(true, () => \`\${later} \${process.fetch}\`)
    .otherwise(() => JSON.stringify([...new Map<string, number>()]))
}
`,
  'src/core/model.ts': `export interface Model {
  readonly name: string
}
`,
  'src/core/ids.ts': `import { createHash } from 'node:crypto'

export const hashOf = (text: string): string => createHash('sha1').update(text).digest('hex')
`,
  'src/ports/tracker.ts': `import type { Model } from '../core/model.ts'
import type { Clock } from './clock.ts'

export interface Tracker {
  readonly read: (clock: Clock) => Promise<Model>
}
`,
  'src/ports/clock.ts': `export interface Clock {
  readonly now: () => Date
}
`,
  'src/app/poll.ts': `import { pure } from '../core/clean.ts'
import type { Clock } from '../ports/clock.ts'
import type { Tracker } from '../ports/tracker.ts'

export async function poll(tracker: Tracker, clock: Clock): Promise<string> {
  const { name } = await tracker.read(clock)
  return pure(clock.now(), [name.length])
}
`,
  'src/adapters/github/client.ts': `import { setTimeout } from 'node:timers/promises'
import type { Octokit } from '@octokit/rest'
import { hashOf } from '../../core/ids.ts'
import type { Tracker } from '../../ports/tracker.ts'
import { named } from './named.ts'

export const createTracker = (octokit: Octokit): Tracker => ({
  async read() {
    await setTimeout(1)
    return { name: hashOf(named(octokit.request.name)) }
  },
})
`,
  'src/adapters/github/named.ts': `export const named = (name: string): string => name
`,
  'src/adapters/no-lock.ts': `import type { Clock } from '../ports/clock.ts'

export const systemClock: Clock = { now: () => new Date() }
`,
  'src/config/load.ts': `import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import * as z from 'zod'
import type { Model } from '../core/model.ts'
import { names } from './names.ts'

export const load = (path: string): Model =>
  z.object({ name: z.enum(names) }).parse(parse(readFileSync(path, 'utf8')))
`,
  'src/config/names.ts': `export const names = ['a', 'b'] as const
`,
  'src/compose.ts': `import { createTracker } from './adapters/github/client.ts'
import { systemClock } from './adapters/no-lock.ts'
import { poll } from './app/poll.ts'

export const compose = (octokit: Parameters<typeof createTracker>[0]): Promise<string> =>
  poll(createTracker(octokit), systemClock)
`,
  'src/poller.ts': `import { Octokit } from '@octokit/rest'
import { compose } from './compose.ts'

process.stdout.write(await compose(new Octokit()))
`,
  'test/core/clean.test.ts': `import { expect, it } from 'vitest'
import { pure } from '../../src/core/clean.ts'

it('is pure', () => {
  expect(pure(new Date(Date.now()), [1])).toContain('Math.random()')
})
`,
}
