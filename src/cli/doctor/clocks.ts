import { PortError } from '../../ports/errors.ts'
import { ok, skipped, warn, type Check, type Finding, type Room } from './check.ts'

/** The `Date` header has whole seconds, and answers take time. */
const toleranceMs = 30_000

/** afk takes ages from the services' own clocks alone (SPEC 6.1); and dates an App's token by GitHub's; yet links between the two suffer from a wrong one. */
export const clocks: Check = {
  name: 'clocks',
  area: 'clocks',
  run: async (room) => [
    await compare('GitHub', room, async () => {
      await room.probe.tracker.credential()
      return room.probe.tracker.now()
    }),
    await compare('T3', room, async () => {
      await room.world.executor.threads()
      return room.world.executor.now()
    }),
  ],
}

async function compare(name: string, { now }: Room, read: () => Promise<number | null>): Promise<Finding> {
  let theirs: number | null
  try {
    theirs = await read()
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return skipped(name, 'it does not answer')
  }
  if (theirs === null) return skipped(name, 'its answers carry no Date')
  const skew = Math.round((theirs - now()) / 1000)
  if (Math.abs(skew) * 1000 <= toleranceMs) return ok(name, 'within 30 s of this machine')
  const words = `its clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} this machine's`
  return warn(name, words, 'set both clocks by NTP; if only this machine is wrong, afk itself is not affected')
}
