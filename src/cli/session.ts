import { createReporter, type Line } from '../app/report.ts'
import { createFailures, type Tick, type World } from '../app/tick.ts'
import type { RepoName } from '../core/model.ts'
import type { Clients, Desk } from './desk.ts'
import { withRemedy, type ErrorRow } from './error-text.ts'
import type { Settled } from './settle.ts'

/** One look at the world: clients for one command, and a tick over them that can only read. */
export interface Session {
  readonly tick: Tick
  readonly clients: Clients
  /** What went wrong so far, for people and for the JSON output. */
  readonly errors: () => readonly ErrorRow[]
}

/** Longer than a tick may take: a person is waiting, and `plan` asks for everything. */
export const patienceSeconds = 120

export function openSession(
  desk: Desk,
  { config, gates, env }: Settled,
  allowlist: readonly RepoName[],
  limit: (world: World) => World,
): Session {
  const started = performance.now()
  const left = () => (desk.stop.aborted ? 0 : patienceSeconds * 1000 - (performance.now() - started))
  const lines: Line[] = []
  const report = createReporter('poller', new Date(desk.now()).toISOString(), (line) => void lines.push(line))
  const clients = desk.composeDesk(config, env, left, (message) => report.note('warning', { message }))
  const tick: Tick = {
    world: limit(clients.world),
    policy: config.policy,
    report,
    failures: createFailures(),
    people: new Map(),
    over: () => left() <= 0,
    // As if armed: what is looked at is what would be done.
    gates: () => ({ open: true, drain: gates.drain, why: 'open', allowlist }),
  }
  return { tick, clients, errors: () => lines.filter(({ event }) => event === 'error').map(withoutFrame) }
}

function withoutFrame({ event: _event, program: _program, tick: _tick, ...rest }: Line) {
  return withRemedy(rest)
}
