/**
 * The gates (SPEC 3): kill switch, allowlist, drain. Parsed before anything else.
 * Loads nothing: this file and what it imports must stay free of zod, yaml and every client, so that an inert tick costs nothing.
 */
import { nearestName } from './nearest.ts'
import type { ConfigProblems, Problem } from './problems.ts'
import { describeValue } from './problems.ts'
import type { RepoName } from './repo-name.ts'
import { REPO_NAME_WORDS, parseRepoName } from './repo-name.ts'
import type { Env, Files, ReadFile } from './sources.ts'
import { envValue, readFailure } from './sources.ts'
import { BOOLEAN_WORDS, parseBoolean } from './words.ts'

export interface Gates {
  readonly ok: true
  /** Kill switch off and at least one repo allowed: afk may act. */
  readonly open: boolean
  readonly killSwitch: boolean
  readonly allowlist: readonly RepoName[]
  readonly drain: boolean
  /** For the log line of an inert tick, and for people: why the gates are shut or draining; `open` otherwise. */
  readonly why: string
}

/** What a re-read gives: always a state to act on, shut when there are problems. */
export interface GateReading extends Gates {
  readonly problems: readonly Problem[]
}

export const GATE_NAMES = ['AFK_KILL_SWITCH', 'AFK_ALLOWLIST', 'AFK_DRAIN', 'AFK_GATES_DIR'] as const

/**
 * The gates as they are now, or every problem of every gate, whatever the other gates say (SPEC 3.3).
 * With `AFK_GATES_DIR` set each gate comes from its file there and from nothing else (SPEC 3.6). Never throws.
 */
export function readGates(env: Env, files: Files): Gates | ConfigProblems {
  const killSwitch = parseSwitch(readText(env, files, 'AFK_KILL_SWITCH'), true)
  const allowlist = parseAllowlist(readText(env, files, 'AFK_ALLOWLIST'))
  const drain = parseSwitch(readText(env, files, 'AFK_DRAIN'), false)
  const problems = [...killSwitch.problems, ...allowlist.problems, ...drain.problems]
  if (problems.length > 0) return { ok: false, problems }

  const open = !killSwitch.value && allowlist.value.length > 0
  const reasons: string[] = []
  if (killSwitch.value) reasons.push(`kill switch is on (${killSwitch.origin})`)
  if (allowlist.value.length === 0) reasons.push(`allowlist is empty (${allowlist.origin})`)
  if (open && drain.value) reasons.push(`draining (${drain.origin})`)
  const why = reasons.length === 0 ? 'open' : reasons.join('; ')
  return {
    ok: true,
    open,
    killSwitch: killSwitch.value,
    allowlist: allowlist.value,
    drain: drain.value,
    why,
  }
}

/**
 * Reads the gates again at every call, for the look before each effect (SPEC 3.5). Never throws:
 * a gate that can no longer be parsed is shut, and its problems come with the answer.
 */
export function gateReader(env: Env, readFile: ReadFile): () => GateReading {
  return () => {
    const gates = readGates(env, { read: readFile })
    if (gates.ok) return { ...gates, problems: [] }
    const why = `cannot be parsed: ${gates.problems.map((problem) => problem.path).join(', ')}`
    return {
      ok: true,
      open: false,
      killSwitch: true,
      allowlist: [],
      drain: true,
      why,
      problems: gates.problems,
    }
  }
}

/** A gate's text and where it stands; `shut` when its file in `AFK_GATES_DIR` is missing or unreadable. */
interface GateText {
  readonly name: string
  readonly text: string | undefined
  readonly shut: boolean
  readonly origin: string
  readonly source: string
}

interface Parsed<T> {
  readonly value: T
  readonly origin: string
  readonly problems: readonly Problem[]
}

function readText(env: Env, files: Files, name: string): GateText {
  const folder = envValue(env, 'AFK_GATES_DIR')
  if (folder === undefined) {
    const text = envValue(env, name)
    return { name, text, shut: false, origin: text === undefined ? unsetWords(env, name) : name, source: `env ${name}` }
  }
  const path = `${folder.replace(/\/$/, '')}/${name}`
  try {
    const text = files.read(path).trim()
    return {
      name,
      text: text === '' ? undefined : text,
      shut: false,
      origin: text === '' ? `${path} is empty` : path,
      source: `${path}:1`,
    }
  } catch (error) {
    const origin = `${path}: ${readFailure(error)}`
    return { name, text: undefined, shut: true, origin, source: `${path}:1` }
  }
}

/** Where nothing is said, with the variable that was most likely meant to say it. Its value may be a secret: names only. */
function unsetWords(env: Env, name: string): string {
  const others = Object.keys(env).filter((other) => /^AFK_\w+$/.test(other) && envValue(env, other) !== undefined)
  const near = nearestName(name, others)
  return `${name} is not set${near === undefined ? '' : `, but ${near} is, which afk does not know`}`
}

/**
 * Both switches are safe when they are on, so a file that is gone counts as on. For the drain that is the careful
 * reading: nothing new starts, what runs is brought to its end, and a drain that someone ordered is never lost
 * because its file could not be read.
 */
function parseSwitch(gate: GateText, byDefault: boolean): Parsed<boolean> {
  if (gate.shut) return { value: true, origin: gate.origin, problems: [] }
  if (gate.text === undefined) return { value: byDefault, origin: gate.origin, problems: [] }
  const value = parseBoolean(gate.text)
  if (value !== undefined) return { value, origin: gate.origin, problems: [] }
  const remedy = `write true or false; afk does nothing until ${gate.name} can be read`
  return {
    value: true,
    origin: gate.origin,
    problems: [problemOf(gate, BOOLEAN_WORDS, gate.text, remedy)],
  }
}

function parseAllowlist(gate: GateText): Parsed<readonly RepoName[]> {
  const seen = new Map<string, RepoName>()
  const problems: Problem[] = []
  for (const entry of (gate.text ?? '').split(/[\s,]+/)) {
    if (entry === '') continue
    const repo = parseRepoName(entry)
    if (repo === undefined) {
      problems.push(problemOf(gate, REPO_NAME_WORDS, entry, 'name every repo in full, separated by commas or spaces'))
    } else if (seen.has(repo.key)) {
      problems.push(problemOf(gate, 'every repo once (letter case does not count)', entry, `remove one of the two`))
    } else {
      seen.set(repo.key, repo)
    }
  }
  return { value: [...seen.values()], origin: gate.origin, problems }
}

function problemOf(gate: GateText, expected: string, got: string, remedy: string): Problem {
  return { path: gate.name, expected, got: describeValue(got), remedy, source: gate.source }
}
