import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PortError } from '../../src/ports/errors.ts'
import type { Rollout } from '../../src/ports/rollout.ts'

type Target = Parameters<Rollout['workload']>[0]

export interface RolloutWorld {
  readonly rollout: Rollout
  /** A workload of generation 1, all its pods of this image and available; `sidecar` adds a second container after the first. */
  readonly settled: (
    target: Target,
    image: string,
    replicas: number,
    sidecar?: { readonly name: string; readonly image: string },
  ) => void
  readonly forbid: (target: Target) => void
  readonly fail: (how: 'unavailable' | 'auth' | 'contract' | null) => void
  readonly close: () => Promise<void>
}

const deployment: Target = { namespace: 'shop', workload: 'Deployment', name: 'web' }
const statefulSet: Target = { namespace: 'shop', workload: 'StatefulSet', name: 'db' }

/** What every Rollout does. */
export function rolloutContract(name: string, make: () => Promise<RolloutWorld>): void {
  describe(`rollout contract: ${name}`, () => {
    let world: RolloutWorld
    beforeEach(async () => void (world = await make()))
    afterEach(async () => world.close())

    it.each([deployment, statefulSet])('tells a settled $workload as it is', async (target) => {
      world.settled(target, 'registry.example/web:abc', 3)
      expect(await world.rollout.workload(target)).toEqual({
        kind: 'workload',
        name: target.name,
        image: 'registry.example/web:abc',
        generation: 1,
        observedGeneration: 1,
        replicas: 3,
        updated: 3,
        ready: 3,
        available: 3,
        total: 3,
        deadlineExceeded: false,
      })
    })

    it('keeps kinds and namespaces apart', async () => {
      world.settled(deployment, 'web:abc', 1)
      const others: Target[] = [
        { ...deployment, workload: 'StatefulSet' },
        { ...deployment, namespace: 'other' },
        { ...deployment, name: 'web2' },
      ]
      for (const target of others) expect((await world.rollout.workload(target)).kind).toBe('missing')
    })

    it('answers missing, and names what is missing', async () => {
      expect(await world.rollout.workload(statefulSet)).toEqual({ kind: 'missing', what: 'StatefulSet shop/db' })
    })

    it('answers forbidden, and names what is', async () => {
      world.settled(deployment, 'web:abc', 1)
      world.forbid(deployment)
      expect(await world.rollout.workload(deployment)).toEqual({ kind: 'forbidden', what: 'Deployment shop/web' })
    })

    it('takes the container that is named, the first when none is, and misses one that is not there', async () => {
      const named = { ...deployment, container: 'app' }
      world.settled(named, 'web:abc', 1, { name: 'proxy', image: 'proxy:1' })
      expect(await world.rollout.workload(deployment)).toMatchObject({ image: 'web:abc' })
      expect(await world.rollout.workload(named)).toMatchObject({ image: 'web:abc' })
      expect(await world.rollout.workload({ ...deployment, container: 'proxy' })).toMatchObject({ image: 'proxy:1' })
      const absent = await world.rollout.workload({ ...deployment, container: 'nope' })
      expect(absent).toMatchObject({
        kind: 'missing',
        what: expect.stringContaining('container nope of Deployment shop/web'),
      })
    })

    it.each(['unavailable', 'auth', 'contract'] as const)('throws a PortError %s, and heals', async (how) => {
      world.settled(deployment, 'web:abc', 1)
      world.fail(how)
      const error = await world.rollout.workload(deployment).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(PortError)
      expect(error).toMatchObject({ port: 'rollout', operation: 'workload', category: how })
      world.fail(null)
      expect(await world.rollout.workload(deployment)).toMatchObject({ kind: 'workload' })
    })
  })
}
