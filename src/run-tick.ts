import { recordFailure } from './app/bug.ts'
import type { Recorder } from './app/recorder.ts'
import type { Program, Reporter } from './app/report.ts'
import { remembering, tellStory } from './app/story.ts'
import { asPortError, createFailures, type Tick } from './app/tick.ts'
import { tokenWarnings } from './app/token-ends.ts'
import { compose, type Composed } from './compose.ts'
import type { GateReading } from './config/gates.ts'
import type { Config } from './config/load.ts'
import { silent, type TickProgress } from './tick-progress.ts'
import { version } from './version.ts'

/**
 * After a signal, for the requests that end what is under way. One that was sent right before it may take its ten seconds, and then the
 * lock is released: together less than what Kubernetes grants before it kills (`terminationGracePeriodSeconds` in `deploy/`).
 */
const afterSignalMs = 5000

/** A tick behind open gates: lock, work, release, summary (SPEC 5, 6, 11). */
export async function runTick(
  program: Program,
  config: Config,
  readGates: () => GateReading,
  report: Reporter,
  started: number,
  progress: TickProgress = silent,
): Promise<0 | 1 | 2 | 3> {
  if (config.allowlist.length > 20) keepMemorySmall()
  let stoppedAt: number | null = null
  const stop = () => {
    stoppedAt ??= performance.now()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const inTime = () => config.settings.tickDeadlineSeconds * 1000 - (performance.now() - started)
  const left = () => (stoppedAt === null ? inTime() : 0)
  // What is under way when the signal comes may still finish, in a few seconds; only new work looks at `left`.
  const deadline = () =>
    stoppedAt === null ? inTime() : Math.min(inTime(), stoppedAt + afterSignalMs - performance.now())
  const failures = createFailures()
  const composed = compose(program, config, process.env, deadline, (message) => report.note('warning', { message }))
  const end = (
    outcome: 'ok' | 'partial' | 'failed' | 'locked' | 'drained',
    more: { readonly [name: string]: string } = {},
  ) => {
    progress.end()
    report.summary({ outcome, ...more, ...warningsOf(composed), ...spent(composed, report, started) })
  }
  progress.begin(() => inWords(program, spent(composed, report, started)))

  const lock = await acquire(composed, report)
  if ('code' in lock) {
    end('failed')
    return lock.code
  }
  if (!lock.held) {
    end('locked', { by: lock.by })
    return 0
  }
  const remembered = remembering(report)
  const recorder = isRecorded(config) ? await openRecorder(report, config) : null
  const tick: Tick = {
    world: composed.world,
    policy: config.policy,
    report: remembered.report,
    failures,
    people: new Map(),
    ...(recorder === null ? {} : { recorder }),
    over: () => left() <= 0,
    gates: () => {
      const { open, drain, allowlist, why } = readGates()
      return { open, drain, why, allowlist: allowlist.map(({ fullName }) => fullName) }
    },
  }
  let idle = false
  try {
    // Each program loads its own half.
    if (program === 'poller') await (await import('./app/poll.ts')).poll(tick)
    else idle = (await (await import('./app/watch.ts')).watch(tick)).inFlight === 0
  } catch (thrown) {
    recordFailure(thrown, program, tick)
  } finally {
    await release(lock.release, report)
  }
  if (recorder !== null) await keepRecord(recorder, config, report)
  // After the lock is free: nothing waits for it, and its failure changes nothing.
  if (composed.journal) await tellStory(remembered.story(), composed.journal, report)
  const code = failures.exitCode()
  const outcome = code === 0 ? (idle && tick.gates().drain ? 'drained' : 'ok') : code === 1 ? 'partial' : 'failed'
  end(outcome)
  return code
}

/**
 * V8 lets the space of young objects grow to 50 MiB in a tick that reads thousands of issues, most of it empty. Kept as small as it
 * begins, the same tick peaks at 110 MiB instead of 170 and takes no longer.
 */
function keepMemorySmall(): void {
  process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1')
}

async function acquire({ lock }: Composed, report: Reporter) {
  try {
    return await lock.acquire()
  } catch (thrown) {
    const error = asPortError(thrown)
    report.error('lock', error)
    return { code: error.category === 'config' ? (2 as const) : (3 as const) }
  }
}

async function release(letGo: () => Promise<void>, report: Reporter): Promise<void> {
  try {
    await letGo()
  } catch (thrown) {
    // It expires by itself; the next tick may find it held until then.
    report.error('unlock', asPortError(thrown))
  }
}

function isRecorded({ settings: { recordDir, logLevel } }: Config): boolean {
  return recordDir !== undefined || logLevel === 'debug'
}

async function openRecorder(report: Reporter, { policy }: Config): Promise<Recorder> {
  const { createRecorder } = await import('./app/recorder.ts')
  return createRecorder(report.tick, version(), policy)
}

/** A fault in making it must not fail the tick whose work is done: it is told by its kind alone, as its words may hold anything. */
async function keepRecord(recorder: Recorder, { settings }: Config, report: Reporter): Promise<void> {
  try {
    const { writeRecord } = await import('./write-record.ts')
    const record = recorder.record()
    if (record !== null) writeRecord(record, settings, report)
  } catch (thrown) {
    const name = thrown instanceof Error ? thrown.name : typeof thrown
    report.note('warning', { message: `no decision record: a fault of afk itself (${name})` })
  }
}

/** Tokens that end soon, in every summary: whoever looks at one sees it in time. */
function warningsOf({ world }: Composed): { readonly warnings?: readonly string[] } {
  const warnings = tokenWarnings(world)
  return warnings.length === 0 ? {} : { warnings }
}

/** How far a tick is, for somebody who watches: `poller … 4 s, 23 requests (github 22, t3 1), 12 decisions`. */
function inWords(program: Program, { counts, requests, ms }: ReturnType<typeof spent>): string {
  const asked = Object.entries(requests).filter(([, count]) => count > 0)
  const sum = (parts: readonly (readonly [string, number])[]) => parts.reduce((all, [, count]) => all + count, 0)
  const decided = sum(Object.entries(counts).filter(([name]) => !name.includes('.') && name !== 'errors'))
  const ports = asked.map(([port, count]) => `${port} ${count}`).join(', ')
  return [
    `${program} … ${Math.round(ms / 1000)} s`,
    `${sum(asked)} requests${ports === '' ? '' : ` (${ports})`}`,
    `${decided} decisions`,
  ].join(', ')
}

function spent({ meters }: Composed, report: Reporter, started: number) {
  return {
    counts: report.counts(),
    requests: meters.requests(),
    points: meters.points(),
    ms: Math.round(performance.now() - started),
  }
}
