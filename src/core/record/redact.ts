import { blockerRefs } from '../dispatch/blockers.ts'
import { MARKER_END, MARKER_START, MARKER_VERSION, renderMarker } from '../card/card-marker.ts'
import { parseCard } from '../card/card-parse.ts'
import type { Card } from '../card/card.ts'
import { sha256 } from '../ids.ts'
import { issueOfTitle } from '../titles.ts'

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }

/**
 * Facts as plain data without a text of people or agents: what a decision record may hold (SPEC 12). Every text gives way to its hash,
 * but for those in fields that are listed here (names, states, ids, commits). A field that nobody listed is hashed: a new one shows
 * nothing before somebody has thought about it, and the property test of the records tells where a decision rests on it. Of bodies,
 * titles and messages stays what the core reads in them, in a form that it reads the same. Twice is once.
 */
export function redact(value: unknown): Plain {
  return walk(value, { name: '', repo: null, inside: false })
}

interface Place {
  /** The field that the value stands in; of a list's items and of what is keyed, that of the whole. */
  readonly name: string
  /** Of the nearest object around that names one: bare numbers in texts are its issues. */
  readonly repo: string | null
  readonly inside: boolean
}

function walk(value: unknown, place: Place): Plain {
  if (typeof value === 'string') return textOf(value, place)
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (Array.isArray(value)) return value.map((item) => walk(item, { ...place, inside: true }))
  if (typeof value !== 'object') return null
  const repo = 'repo' in value && typeof value.repo === 'string' ? value.repo : place.repo
  const isKeyed = keyed.has(place.name) && !place.inside
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [
        isKeyed || fieldName.test(key) ? key : hashOf(key),
        walk(item, { name: isKeyed ? place.name : key, repo, inside: isKeyed }),
      ]),
  )
}

function textOf(text: string, { name, repo }: Place): string {
  // Own entries alone: a field may be called `constructor`.
  const read = Object.hasOwn(readings, name) ? readings[name] : undefined
  return read === undefined ? (kept.has(name) ? text : hashOf(text)) : read(text, repo)
}

/** Hashed once stays as it is; nothing is nothing. */
function hashOf(text: string): string {
  return text === '' || hashed.test(text) ? text : `sha256:${sha256(text).slice(0, 16)}`
}

const hashed = /^sha256:[0-9a-f]{16}$/
const fieldName = /^[A-Za-z][A-Za-z0-9-]*$/

/** Objects whose keys are names of the domain (repos, issues, people, ids of events and threads) and not of fields. */
const keyed = new Set([
  'summaries',
  'prices',
  'looked',
  'blockers',
  'permissions',
  'via',
  'heads',
  'threadStates',
  'unreadable',
  'bells',
  'policies',
])

/** Fields whose texts are no words of anybody: codes, states, ids, commits, logins, names of labels, checks, branches and paths. */
const kept = new Set(
  `
  program decision codes run cancel kind state action what why stage conclusion outcome reason role byRole permission cardState closedBy phase purpose signature
  threads merged pushed foreign method repo nameWithOwner branch baseBranch head base sha commit judged parents descendants revertedBy pushedShas headRefName
  id runId epoch projectId threadStates request
  login editedBy by via label labels ready inProgress human
  name failing waitingFor protectedPaths requiredChecks trustedPermissions trustedActors agentLogins
  rollup ci workload namespace container environment image runtimeMode model instanceId
  landing merge mergeMethod mergeMethods methods mergeable mergeState mergeCommit reviewDecision before then
  `
    .trim()
    .split(/\s+/),
)

/** Fields with texts of which the core reads a part. */
const readings: { readonly [name: string]: (text: string, repo: string | null) => string } = {
  body: bodyOf,
  title: (text) => {
    const issue = issueOfTitle(text)
    return issue === null ? hashOf(text) : `${issue.repo}#${issue.number}`
  },
  message: (text) => {
    const trailers = text.split('\n').filter((line) => trailer.test(line.trim()))
    return [...trailers.map((line) => line.trim()), ...(trailers.length === 0 ? [hashOf(text)] : [])].join('\n')
  },
}

/** Ids of runs alone: whatever else stands behind the words of a trailer is a text like any other. */
const trailer = /^afk-run: [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A card's data in its marker, and the issues that a text says it is blocked by. */
function bodyOf(body: string, repo: string | null): string {
  const marker = markerOf(body)
  const clauses = blockerRefs(body, repo ?? '').map((issue) => `blocked by ${issue.repo}#${issue.number}`)
  const parts = [...(marker === null ? [] : [marker]), ...clauses]
  return parts.length === 0 ? hashOf(body) : parts.join('\n')
}

function markerOf(body: string): string | null {
  const parsed = parseCard(body)
  switch (parsed.kind) {
    case 'none':
      return null
    case 'card':
      return renderMarker(redact(parsed.card) as unknown as Card)
    case 'newer':
      return `${MARKER_START}${parsed.version}${MARKER_END}`
    case 'broken':
      return `${MARKER_START}${MARKER_VERSION}${MARKER_END}`
  }
}
