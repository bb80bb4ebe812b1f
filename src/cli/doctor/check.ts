import type { World } from '../../app/tick.ts'
import type { Policy } from '../../core/policy.ts'
import type { RepoName, RepoOverview } from '../../core/model.ts'
import type { Probe } from '../../ports/probe.ts'
import type { Settled } from '../settle.ts'

/** One thing to look at. To add one, add an element to `checks.ts` and its breakage to the test. */
export interface Check {
  /** Stable: programs know it. */
  readonly name: string
  readonly area: Area
  /** When it fails, the rest of its area cannot be looked at. */
  readonly opens?: true
  /** Looks at each repo by itself: one that an earlier check of its area could not look at at all is left out. */
  readonly eachRepo?: true
  /** Reads only. A PortError becomes a failure with the remedy of its category. */
  readonly run: (room: Room) => Promise<readonly Finding[]>
}

export type Area = 'configuration' | 'github' | 't3' | 'clocks' | 'slack' | 'cluster'

export interface Finding {
  readonly verdict: 'ok' | 'warn' | 'fail' | 'skipped'
  /** What was looked at, such as a repo; empty when the check's name says it. */
  readonly subject: string
  readonly message: string
  /** What a person does about it; null when there is nothing to do. */
  readonly remedy: string | null
  /** The repo that it is about could not be looked at, and what else there is to look at in it cannot be either. */
  readonly shuts?: RepoName
}

/** What checks look at. */
export interface Room {
  readonly settled: Settled
  /** Repos in scope. */
  readonly repos: readonly RepoName[]
  readonly world: World
  readonly probe: Probe
  readonly policy: Policy
  /** This machine's clock, milliseconds since the epoch. */
  readonly now: () => number
  /** One look over every repo in scope, shared by all checks. */
  readonly overview: (repo: RepoName) => Promise<RepoOverview>
  /** Create labels that are missing. */
  readonly fixLabels: boolean
}

export function ok(subject: string, message: string): Finding {
  return { verdict: 'ok', subject, message, remedy: null }
}

export function warn(subject: string, message: string, remedy: string): Finding {
  return { verdict: 'warn', subject, message, remedy }
}

export function fail(subject: string, message: string, remedy: string): Finding {
  return { verdict: 'fail', subject, message, remedy }
}

export function skipped(subject: string, message: string): Finding {
  return { verdict: 'skipped', subject, message, remedy: null }
}

/** The same look at each repo, one after the other; one that cannot be read fails alone. */
export async function eachRepo(
  { repos }: Room,
  look: (repo: RepoName) => Promise<readonly Finding[]>,
  failed: (error: unknown, repo: RepoName) => Finding,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const repo of repos) {
    try {
      findings.push(...(await look(repo)))
    } catch (error) {
      findings.push(failed(error, repo))
    }
  }
  return repos.length === 0 ? [skipped('', 'the allowlist is empty: name a repo with --repo owner/name')] : findings
}
