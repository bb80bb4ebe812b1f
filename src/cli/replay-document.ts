import type { TickRecord } from '../app/recorder.ts'
import type { Policy } from '../core/policy.ts'
import { restorePolicy, type Decided } from '../core/record/record.ts'
import { replayPoll } from '../core/record/replay-poll.ts'
import { replayWatch } from '../core/record/replay-watch.ts'
import { compare, type Comparison, type Replayed } from '../core/record/replay.ts'
import type { RecordFile } from './read-records.ts'

export interface ReplayOptions {
  /** This build's defaults, for what a record does not have. */
  readonly defaults: Policy
  /** Null: each record's own. */
  readonly policy: Policy | null
}

/** The JSON of `afk replay`. Names are stable; new ones may come. */
export function replayDocument(
  files: readonly RecordFile[],
  options: ReplayOptions,
  version: string,
  config: ConfigDocument,
) {
  const replayed = files.map((one) => ('record' in one ? replayOne(one.file, one.record, options) : one))
  const records = replayed.filter((one) => 'changes' in one)
  const unreadable = replayed.filter((one) => 'why' in one)
  const sum = (name: 'same' | 'differs' | 'unknown' | 'undecided') =>
    records.reduce((total, record) => total + record[name], 0)
  return {
    command: 'replay',
    version,
    config,
    totals: {
      records: records.length,
      same: sum('same'),
      differs: sum('differs'),
      unknown: sum('unknown'),
      undecided: sum('undecided'),
      unreadable: unreadable.length,
    },
    records,
    unreadable,
  }
}

export interface ConfigDocument {
  /** Null: no file was given. */
  readonly file: string | null
  readonly environment: boolean
}

export type ReplayDocument = ReturnType<typeof replayDocument>
export type RecordDocument = ReplayDocument['records'][number]
export type ChangeDocument = RecordDocument['changes'][number]

function replayOne(file: string, record: TickRecord, { defaults, policy }: ReplayOptions) {
  let all: readonly (Replayed & { readonly comparison: Comparison })[]
  try {
    const recorded = restorePolicy(record.policy, defaults)
    const policies = { recorded, now: policy ?? recorded }
    const replayed = record.program === 'poller' ? replayPoll(record, policies) : replayWatch(record, policies)
    if (!replayed.every(isWhole)) throw new Error('a decision without its parts')
    all = replayed.map((one) => ({ ...one, comparison: compare(one) }))
  } catch (thrown) {
    // Decisions are total on facts that are whole: what throws is a record that is not.
    const words = thrown instanceof Error ? thrown.message : 'unknown'
    return { file, why: `a damaged decision record, or one of another build: its facts cannot be decided (${words})` }
  }
  const spoken = all.filter(({ was, now }) => was !== null || now.kind !== 'nothing')
  const count = (comparison: Comparison) => spoken.filter((one) => one.comparison === comparison).length
  return {
    file,
    program: record.program,
    tick: record.tick,
    version: record.version,
    same: count('same'),
    differs: count('differs'),
    unknown: count('unknown'),
    /** That the tick itself did not come to decide. */
    undecided: count('undecided'),
    changes: spoken
      .filter(({ comparison }) => comparison === 'differs' || comparison === 'unknown')
      .map(changeDocument),
  }
}

/** What was decided then is shown as it stands in the record, and this build has looked at none of it. */
function isWhole({ repo, issue, was }: Replayed): boolean {
  if (typeof repo !== 'string' || !Number.isSafeInteger(issue)) return false
  if (was === null) return true
  const { decision, codes, run, with: rest }: { readonly [Part in keyof Decided]?: unknown } = was
  const isNamed = typeof decision === 'string' && (run === null || typeof run === 'string')
  const isCoded = Array.isArray(codes) && codes.every((code) => typeof code === 'string')
  return isNamed && isCoded && typeof rest === 'object' && rest !== null && !Array.isArray(rest)
}

function changeDocument({ repo, issue, was, now, comparison }: Replayed & { readonly comparison: Comparison }) {
  return {
    repo,
    issue,
    comparison,
    was: was && decidedDocument(was),
    /** Null: nothing would be said of it; also when that is not known. */
    now: now.kind === 'decided' ? { ...decidedDocument(now.decided), facts: now.facts } : null,
    /** What the record does not hold, in words. */
    notRecorded: now.kind === 'unknown' ? now.missing : [],
  }
}

function decidedDocument({ decision, codes, run, with: rest }: Decided) {
  return { decision, codes, run, with: rest }
}
