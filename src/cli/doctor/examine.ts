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
  const all: Examined[] = []
  for (const check of checks) {
    const { name, area, opens } = check
    const by = shut.get(area)
    say(name)
    const findings = by === undefined ? await runOne(check, room) : [skipped('', `not before ${by} is mended`)]
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

async function runOne({ run }: Check, room: Room): Promise<readonly Finding[]> {
  try {
    return await run(room)
  } catch (error) {
    if (error instanceof PortError) return [portFailure(error)]
    throw error
  }
}
