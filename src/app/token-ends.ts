import { endingTokens, ringsForTokens, tokenBell, tokenWarning, type EndingToken } from '../core/doorbell/token-ends.ts'
import type { Instant } from '../core/model.ts'
import { asPortError, type Tick, type World } from './tick.ts'

/** Tokens of this tick's world that end within a week, as far as its own answers told: asks nobody. */
function endingNow({ tracker, executor }: World): readonly EndingToken[] {
  return endingTokens([
    { service: 'GitHub', endsAt: tracker.tokenEndsAt(), now: tracker.now() },
    { service: 'T3', endsAt: executor.tokenEndsAt(), now: executor.now() },
  ])
}

/** Sentences for the summary; empty when every token lasts. */
export function tokenWarnings(world: World): readonly string[] {
  return endingNow(world).map(tokenWarning)
}

/** Rings once a day while a token ends soon. `at`: the tracker's time when the tick began. Throws no PortError: a tick never fails to do its work for it. */
export async function ringForTokens(at: Instant, tick: Tick): Promise<void> {
  const { notifier, tracker } = tick.world
  const ending = endingNow(tick.world)
  if (notifier === null || ending.length === 0) return
  const said = { issue: null, effect: 'doorbell.ring' } as const
  try {
    const { login } = await tracker.self()
    if (!ringsForTokens(ending, login, at)) return
    const { open, why } = tick.gates()
    const held = tick.over() ? 'deadline' : open ? tick.failures.stopped('notifier') : why
    if (held !== null) {
      tick.report.effect({ ...said, result: 'refused', why: held })
      return
    }
    await notifier.ring(tokenBell(ending))
    tick.report.effect({ ...said, result: 'done' })
  } catch (thrown) {
    const error = asPortError(thrown)
    tick.report.effect({ ...said, result: 'failed', error })
    tick.failures.item(error)
  }
}
