import { recordFailure } from './app/bug.ts'
import { poll } from './app/poll.ts'
import type { Program, Reporter } from './app/report.ts'
import { remembering, tellStory } from './app/story.ts'
import { asPortError, createFailures, type Tick } from './app/tick.ts'
import { watch } from './app/watch.ts'
import { compose, type Composed } from './compose.ts'
import type { GateReading } from './config/gates.ts'
import type { Config } from './config/load.ts'

/** A tick behind open gates: lock, work, release, summary (SPEC 5, 6, 11). */
export async function runTick(
  program: Program,
  config: Config,
  readGates: () => GateReading,
  report: Reporter,
  started: number,
): Promise<0 | 1 | 2 | 3> {
  const stop = new AbortController()
  process.once('SIGTERM', () => stop.abort())
  process.once('SIGINT', () => stop.abort())
  const left = () =>
    stop.signal.aborted ? 0 : config.settings.tickDeadlineSeconds * 1000 - (performance.now() - started)
  // What is under way when the signal comes may still finish within its own time; only new work looks at `left`.
  const deadline = () => config.settings.tickDeadlineSeconds * 1000 - (performance.now() - started)
  const failures = createFailures()
  const composed = compose(program, config, process.env, deadline, (message) => report.note('warning', { message }))
  const end = (
    outcome: 'ok' | 'partial' | 'failed' | 'locked' | 'drained',
    more: { readonly [name: string]: string } = {},
  ) => report.summary({ outcome, ...more, ...spent(composed, report, started) })

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
  const tick: Tick = {
    world: composed.world,
    policy: config.policy,
    report: remembered.report,
    failures,
    people: new Map(),
    over: () => left() <= 0,
    gates: () => {
      const { open, drain, allowlist, why } = readGates()
      return { open, drain, why, allowlist: allowlist.map(({ fullName }) => fullName) }
    },
  }
  let idle = false
  try {
    if (program === 'poller') await poll(tick)
    else idle = (await watch(tick)).inFlight === 0
  } catch (thrown) {
    recordFailure(thrown, program, tick)
  } finally {
    await release(lock.release, report)
  }
  // After the lock is free: nothing waits for it, and its failure changes nothing.
  if (composed.journal) await tellStory(remembered.story(), composed.journal, report)
  const code = failures.exitCode()
  const outcome = code === 0 ? (idle && tick.gates().drain ? 'drained' : 'ok') : code === 1 ? 'partial' : 'failed'
  end(outcome)
  return code
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

function spent({ meters }: Composed, report: Reporter, started: number) {
  return {
    counts: report.counts(),
    requests: meters.requests(),
    points: meters.points(),
    ms: Math.round(performance.now() - started),
  }
}
