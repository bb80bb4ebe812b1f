import type * as z from 'zod'

import { GATE_NAMES } from './gates.ts'
import { valueAt } from './layer.ts'
import { nearestName } from './nearest.ts'
import type { Problem } from './problems.ts'
import { describeValue } from './problems.ts'
import { SECRET_VARIABLES } from './secrets.ts'
import { SETTING_VARIABLES } from './settings.ts'
import type { Tunable } from './tunables.ts'
import { TUNABLES } from './tunables.ts'

export type Path = readonly PropertyKey[]

/** Where a validated value came from. */
interface Origin {
  readonly input: unknown
  /** What the input as a whole is called. */
  readonly whole: string
  /** The path of `input` in the configuration. */
  readonly above: Path
  /** The source of a path, counted from the top of the configuration. */
  readonly sourceOf: (path: Path) => string
}

/** What zod found, one problem for each fault. The schema's messages are the words after "expected". */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], origin: Origin): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey([...origin.above, ...issue.path, key], origin))
    }
    const inner = issue.code === 'invalid_union' ? meantBranch(issue) : undefined
    if (inner !== undefined) return schemaProblems(inner, origin)
    const path = [...origin.above, ...issue.path]
    const value = valueAt(origin.input, issue.path)
    return [
      {
        path: path.length === 0 ? origin.whole : formatPath(path),
        expected: issue.message,
        got: describeGot(path, value),
        remedy: remedyFor(path, issue.message, value),
        source: origin.sourceOf(path),
      },
    ]
  })
}

/** `repos."acme/shop".commands.test[0]`. */
export function formatPath(path: Path): string {
  return path
    .map((segment, index) => {
      if (typeof segment === 'number') return `[${segment}]`
      const name = String(segment)
      const shown = /^\w{1,64}$/.test(name) ? name : describeValue(name)
      return index === 0 ? shown : `.${shown}`
    })
    .join('')
}

/** A tunable by its place in the file, the place in a repo's entry included; parts of a tunable find the whole. */
function tunableAt(path: Path): Tunable | undefined {
  const local = path[0] === 'repos' ? path.slice(2) : path
  return TUNABLES.find((tunable) => tunable.path.every((segment, index) => local[index] === segment))
}

/** The branch of a union that the writer meant: the one whose faults all lie deeper than its first key. */
function meantBranch(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  const meant = issue.errors.find(
    (branch) => branch.length > 0 && branch.every((fault) => fault.path.length > 0 && !isOfFirstKey(fault)),
  )
  return meant?.map((fault) => ({ ...fault, path: [...issue.path, ...fault.path] }))
}

/** The first key itself is missing or of another kind: another branch was meant. */
function isOfFirstKey(fault: z.core.$ZodIssue): boolean {
  return fault.path.length === 1 && fault.code !== 'unrecognized_keys'
}

/** Free text is named by its kind only. */
function describeGot(path: Path, value: unknown): string {
  if (path.includes('instructions') && typeof value === 'string') return `a text of ${value.length} characters`
  return describeValue(value)
}

function remedyFor(path: Path, expected: string, value: unknown): string {
  if (typeof value === 'string' && /^a (?:whole )?number|^true or/.test(expected) && path.length > 0) {
    const unquoted = 'write it plainly: no quotes, no unit, decimal digits'
    return expected.startsWith('true') ? 'write true or false, without quotes' : unquoted
  }
  const tunable = tunableAt(path)
  if (tunable === undefined) return 'correct it or remove it'
  if (path[0] === 'repos' && tunable.scope === 'shared') return 'correct it, or remove it for the global value'
  if (typeof tunable.byDefault === 'object') return 'correct it or remove it'
  return `correct it, or remove it for the default ${describeValue(tunable.byDefault)}`
}

function unknownKey(path: Path, origin: Origin): Problem {
  return {
    path: formatPath(path),
    expected: 'a name of the configuration table',
    got: 'an unknown name',
    source: origin.sourceOf(path),
    ...knownElsewhere(path),
  }
}

function knownElsewhere(path: Path): Partial<Problem> & { readonly remedy: string } {
  const inRepo = path[0] === 'repos'
  const local = inRepo ? path.slice(2) : path
  const key = String(local.at(-1))
  const exact = TUNABLES.find(
    (tunable) => tunable.path.length === local.length && tunable.path.every((part, at) => part === local[at]),
  )
  if (exact?.scope === 'repo-only') {
    return { got: 'a name that only a repo may set', remedy: `move it under repos."owner/name"` }
  }
  if (exact?.scope === 'global') {
    return { got: 'a name that is global only', remedy: 'move it to the top level of the file' }
  }
  const variable = variableMeant(key)
  if (variable !== undefined) return { remedy: `only the environment sets it: remove it here, and set ${variable}` }
  const near = nearestName(tunableOf(key) ?? key, candidates(inRepo))
  return { remedy: near === undefined ? 'remove it' : `did you mean ${near}?` }
}

/** A gate, a setting or a secret: none of them is read from the file (SPEC 3, 4). Its variable, however the name is written here. */
function variableMeant(key: string): string | undefined {
  const outside = [...GATE_NAMES, ...[...SETTING_VARIABLES, ...SECRET_VARIABLES].map(([name]) => name)]
  return outside.find((name) => bare(name) === bare(key))
}

/** The tunable whose variable was written into the file. */
function tunableOf(key: string): string | undefined {
  return TUNABLES.find(({ env }) => env === key)?.name
}

/** `AFK_KILL_SWITCH`, `killSwitch` and `kill_switch` are one name. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/^afk[_-]?/, '')
    .replaceAll(/[_-]/g, '')
}

function candidates(inRepo: boolean): readonly string[] {
  const fitting = TUNABLES.filter(({ scope }) => scope === 'shared' || scope === (inRepo ? 'repo-only' : 'global'))
  const names = [...fitting.map(({ name }) => name), 'fixForward', 'review', 'approval']
  return inRepo ? names : [...names, 'repos']
}
