import { hash } from 'node:crypto'
import { repoKey, type RepoName } from './model.ts'

/**
 * Every id of afk, derived from what it is for, so that a repeated step is the same step (SPEC 5.2).
 * Hashing is arithmetic: the one import from Node that the core has.
 */

/** afk's own UUID namespace. Changing it makes every run in flight unknown: never change it. */
const namespace = 'b9b2c1de-4a5f-5f0e-9c36-6c5a7e0d1f42'

/** What a turn is for; the attempt number beside it makes its ids unique. */
export type Purpose =
  | 'create'
  | 'start'
  | 'nudge'
  | 'continue'
  | 'interrupt'
  | 'archive'
  | `fix:${string}`
  | `answer:${string}`
  | `review:${string}`

/** The run of one epoch of one issue; the thread that does it carries the same id. */
export function runIdOf(repo: RepoName, issue: number, epoch: string): string {
  return uuid5(`run:${repoKey(repo)}#${issue}@${epoch}`)
}

/** The thread of a second agent that reviews a run's pull request (SPEC 15.4). Rounds count from 1 over the whole run. */
export function reviewThreadIdOf(runId: string, round: number): string {
  return uuid5(`${runId}:review:${round}`)
}

export function projectIdOf(repo: RepoName): string {
  return uuid5(`project:${repoKey(repo)}`)
}

/** Attempts count from 1. The executor answers a known command id with the receipt of its first time. */
export function commandIdOf(runId: string, purpose: Purpose, attempt: number): string {
  return uuid5(`${runId}:${purpose}:${attempt}`)
}

export function messageIdOf(runId: string, purpose: Purpose, attempt: number): string {
  return uuid5(`${commandIdOf(runId, purpose, attempt)}:message`)
}

/** The command that makes sure of a repo's project; an attempt number as for every other command. */
export function projectCommandIdOf(repo: RepoName, attempt: number): string {
  return uuid5(`${projectIdOf(repo)}:create:${attempt}`)
}

/** UUID version 5 (RFC 9562) of a name; the namespace can be given for the RFC's own example. */
export function uuid5(name: string, space: string = namespace): string {
  // A decision may cost hundreds of these: the namespace is read once, and the hash comes as hex at once.
  const before = space === namespace ? namespaceBytes : bytesOf(space)
  const hex = hash('sha1', Buffer.concat([before, Buffer.from(name, 'utf8')]))
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const namespaceBytes = bytesOf(namespace)

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

/** SHA-256 in hex, for signatures and tags. */
export function sha256(text: string): string {
  return hash('sha256', text)
}
