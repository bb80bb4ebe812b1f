import type { RepoName } from '../../core/model.ts'
import { PortError } from '../../ports/errors.ts'
import { skipped, type Area, type Check, type Finding, type Room } from './check.ts'
import { portFailure } from './port-failure.ts'

/** A finding with the check that made it. */
export interface Examined extends Finding {
  readonly check: string
  readonly area: Area
}

/** All checks in order; whatever an area rests on must hold before the rest of it is looked at. */
export async function examine(
  checks: readonly Check[],
  room: Room,
  say: (what: string) => void,
): Promise<readonly Examined[]> {
  const shut = new Map<Area, string>()
  const lost = new Map<Area, Map<RepoName, string>>()
  const all: Examined[] = []
  for (const check of checks) {
    const { name, area, opens } = check
    const by = shut.get(area)
    say(name)
    const findings =
      by === undefined
        ? await runInRepos(check, room, lost.get(area) ?? new Map())
        : [skipped('', `not before ${by} is mended`)]
    for (const { shuts } of findings)
      if (shuts !== undefined) lost.set(area, new Map([...(lost.get(area) ?? []), [shuts, name]]))
    if (opens && findings.some(({ verdict }) => verdict === 'fail')) shut.set(area, name)
    all.push(...findings.map((finding) => ({ check: name, area, ...finding })))
  }
  return all
}

/** What none of the checks could look at, when the configuration itself is not whole. */
export function notExamined(checks: readonly Check[]): readonly Examined[] {
  return checks.map(({ name, area }) => ({
    check: name,
    area,
    ...skipped('', 'not before the configuration is mended'),
  }))
}

async function runInRepos(check: Check, room: Room, lost: ReadonlyMap<RepoName, string>): Promise<readonly Finding[]> {
  if (check.eachRepo !== true || lost.size === 0) return runOne(check, room)
  const repos = room.repos.filter((repo) => !lost.has(repo))
  const left = repos.length === 0 ? [] : await runOne(check, { ...room, repos })
  return [...left, ...[...lost].map(([repo, by]) => skipped(repo, `not before ${by} is mended`))]
}

async function runOne({ run }: Check, room: Room): Promise<readonly Finding[]> {
  try {
    return await run(room)
  } catch (error) {
    if (error instanceof PortError) return [portFailure(error)]
    throw error
  }
}
