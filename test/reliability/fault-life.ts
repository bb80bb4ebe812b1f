import { landsAtOnce } from '../sandbox/t3/agents.ts'
import { fakeRollout } from '../fakes/rollout.ts'
import { PortError, type Category } from '../../src/ports/errors.ts'
import { blamed, type Around, type Port } from './calls.ts'
import { endProblems } from './ends.ts'
import type { Life } from './fault-lives.ts'
import { createLab } from './lab.ts'
import { policyOf, quick } from './policy.ts'
import { openReady } from './scenarios.ts'

/** One operation of one port fails in one way. */
export interface PortFault {
  readonly port: Port
  readonly operation: string
  readonly category: Category
  /** `before` it was done, `after` it was (the answer lost), in every `item` of the batch that it answers; or `ever` again, before it. */
  readonly how: 'before' | 'after' | 'item' | 'ever'
}

export interface Lived {
  /** Calls that failed. */
  readonly struck: number
  /** Of the ticks in which one did. */
  readonly codes: readonly number[]
  readonly problems: readonly string[]
}

/** A life in which the operation fails the first two times that it is called, or every time, to its end, or for so many rounds. */
export async function failing(life: Life, fault: PortFault): Promise<Lived> {
  const rollout = fakeRollout()
  const lab = await createLab({
    policy: await policyOf(life.settings ?? quick),
    agent: life.agent ?? ((world) => landsAtOnce(world.crew)),
    rollout,
  })
  if (life.begin) life.begin(lab)
  else openReady(lab)
  await lab.pass(120)
  // A bell whose answer is lost has rung, and rings once more.
  const isLostRing = fault.how === 'after' && fault.operation === 'ring'
  const times = fault.how === 'ever' ? Infinity : isLostRing ? 1 : 2
  let struck = 0
  const around: Around = async (call, proceed) => {
    if (call.port !== fault.port || call.operation !== fault.operation || struck === times) return proceed()
    struck += 1
    const error = new PortError(blamed(call.port), fault.operation, fault.category, 'fails as told')
    if (fault.how === 'before' || fault.how === 'ever') throw error
    const answer = await proceed()
    if (fault.how === 'after') throw error
    return (answer as readonly { readonly ref: unknown }[]).map(({ ref }) => ({ ref, ok: false, error }))
  }
  const codes: number[] = []
  const judge = () => [...endProblems(lab, life, isLostRing), ...(life.wrong?.(lab) ?? [])]
  for (let round = 0; round < rounds; round += 1) {
    life.people?.(lab, round)
    life.cluster?.(lab, rollout)
    for (const program of ['poller', 'watcher'] as const) {
      const before = struck
      const { code } = await lab.tick(program, { around })
      if (struck > before) codes.push(code)
    }
    await lab.pass(life.every ?? 60)
    if (struck > 0 && judge().length === 0) break
  }
  return { struck, codes, problems: [...lab.monitor.broken, ...lab.monitor.lostUpdates, ...judge()] }
}

const rounds = 40
