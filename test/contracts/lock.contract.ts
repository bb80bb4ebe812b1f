import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PortError } from '../../src/ports/errors.ts'
import type { Lock } from '../../src/ports/lock.ts'

export interface LockWorld {
  /** One process's lock; all of a world are for the same thing. They last {@link lockSeconds}. */
  readonly lockOf: (holder: string) => Lock
  /** Lets time pass on the clock that decides when a lock ends. */
  readonly pass: (seconds: number) => void
  readonly fail: (how: 'unavailable' | 'forbidden' | 'config' | null) => void
  readonly close: () => Promise<void>
}

export const lockSeconds = 70

/** What every Lock that keeps anyone out does. */
export function lockContract(name: string, make: () => Promise<LockWorld>): void {
  describe(`lock contract: ${name}`, () => {
    let world: LockWorld
    beforeEach(async () => void (world = await make()))
    afterEach(async () => world.close())

    it('is taken by the first, and tells the second by whom', async () => {
      expect(await world.lockOf('pod-a').acquire()).toMatchObject({ held: true })
      expect(await world.lockOf('pod-b').acquire()).toEqual({ held: false, by: expect.stringContaining('pod-a') })
    })

    it('is free again after its release', async () => {
      const first = await world.lockOf('pod-a').acquire()
      if (first.held) await first.release()
      expect(await world.lockOf('pod-b').acquire()).toMatchObject({ held: true })
    })

    it('keeps two processes of one name apart', async () => {
      expect(await world.lockOf('pod-a').acquire()).toMatchObject({ held: true })
      expect(await world.lockOf('pod-a').acquire()).toMatchObject({ held: false })
    })

    it('lets one of many through that come at once', async () => {
      const all = await Promise.all(Array.from({ length: 8 }, (_, index) => world.lockOf(`pod-${index}`).acquire()))
      expect(all.filter(({ held }) => held)).toHaveLength(1)
    })

    it('outlasts a silent holder, and is taken over only when its time is over', async () => {
      await world.lockOf('pod-a').acquire()
      world.pass(lockSeconds - 2)
      expect(await world.lockOf('pod-b').acquire()).toMatchObject({ held: false })
      world.pass(3)
      expect(await world.lockOf('pod-b').acquire()).toMatchObject({ held: true })
    })

    it('is not given away by the release of one that lost it, nor by a second release', async () => {
      const late = await world.lockOf('pod-a').acquire()
      world.pass(lockSeconds + 1)
      const next = await world.lockOf('pod-b').acquire()
      if (late.held) await late.release()
      expect(await world.lockOf('pod-c').acquire()).toMatchObject({ held: false })
      if (next.held) {
        await next.release()
        await next.release()
      }
      expect(await world.lockOf('pod-c').acquire()).toMatchObject({ held: true })
      if (next.held) await next.release()
      expect(await world.lockOf('pod-d').acquire()).toMatchObject({ held: false })
    })

    it.each(['unavailable', 'forbidden', 'config'] as const)(
      'throws a PortError %s when it cannot be told, and heals',
      async (how) => {
        world.fail(how)
        const error = await world
          .lockOf('pod-a')
          .acquire()
          .catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(PortError)
        expect(error).toMatchObject({ port: 'lock', operation: 'acquire', category: how })
        world.fail(null)
        expect(await world.lockOf('pod-a').acquire()).toMatchObject({ held: true })
      },
    )
  })
}
