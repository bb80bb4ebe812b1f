import { readGates, type Gates } from '../config/gates.ts'
import type { Config } from '../config/load.ts'
import { renderProblems, type Problem, type Warning } from '../config/problems.ts'
import type { Env } from '../config/sources.ts'
import type { Desk } from './desk.ts'
import { laptopEnv } from './laptop.ts'

/** A desk whose configuration was read. */
export interface Settled {
  readonly config: Config
  readonly gates: Gates
  /** Completed on a laptop: what clients are built from. */
  readonly env: Env
}

/** Reads gates and the whole configuration, whatever the gates say: people may look while nothing is armed. Null: said, and exit 2. */
export async function settle(desk: Desk, asJson: boolean): Promise<Settled | null> {
  const read = await readAll(desk)
  if (read.ok) return read
  if (asJson) desk.out(`${JSON.stringify({ error: { category: 'config', problems: read.problems } })}\n`)
  else desk.err(`afk: the configuration has ${read.problems.length} problem(s)\n${renderProblems(read.problems)}\n`)
  return null
}

/** The same with the problems as a value, and the warnings beside. */
export async function readAll(
  desk: Desk,
): Promise<
  | ({ readonly ok: true; readonly warnings: readonly Warning[] } & Settled)
  | { readonly ok: false; readonly problems: readonly Problem[] }
> {
  const env = await laptopEnv(desk)
  // Loaded here, so that `--help` and a wrong word answer at once.
  const { loadConfig } = await import('../config/load.ts')
  const loaded = await loadConfig(env, desk.files)
  const gates = readGates(env, desk.files)
  if (!loaded.ok) return loaded
  if (!gates.ok) return gates
  return { ok: true, config: loaded.config, warnings: loaded.warnings, gates, env }
}
