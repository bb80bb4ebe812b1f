import { createLease } from '../../../src/adapters/kubernetes/create-lease.ts'
import { createRollout } from '../../../src/adapters/kubernetes/create-rollout.ts'
import { lockContract, lockSeconds } from '../../contracts/lock.contract.ts'
import { rolloutContract } from '../../contracts/rollout.contract.ts'
import { fakeLocks } from '../../fakes/lock.ts'
import { fakeRollout } from '../../fakes/rollout.ts'
import { defaultRules } from '../../sandbox/kubernetes/server.ts'
import { aCluster } from './world.ts'

rolloutContract('Kubernetes', async () => {
  const world = await aCluster()
  const { state, faults, token } = world.cluster
  return {
    rollout: createRollout(world.options),
    settled: ({ namespace, workload, name, container }, image, replicas, sidecar) => {
      state.deploy({
        namespace,
        kind: workload,
        name,
        image,
        replicas,
        ...(container === undefined ? {} : { container }),
        ...(sidecar === undefined ? {} : { sidecars: [sidecar] }),
      })
      world.pass(600)
    },
    forbid: ({ namespace }) =>
      state.grant(
        token,
        defaultRules.map((rule) => ({ ...rule, namespace: `not-${namespace}` })),
      ),
    fail: (how) => {
      faults.clear()
      if (how !== null) faults.add({ kind: how === 'unavailable' ? '500' : how === 'auth' ? '401' : 'html' })
    },
    close: world.close,
  }
})

rolloutContract('fake', async () => {
  const rollout = fakeRollout()
  return {
    rollout,
    settled: (target, image, replicas, sidecar) => {
      const pods = { replicas, updated: replicas, ready: replicas, available: replicas, total: replicas }
      const facts = { image, generation: 1, observedGeneration: 1, ...pods, deadlineExceeded: false }
      rollout.set(target, facts)
      if (sidecar !== undefined) rollout.set({ ...target, container: sidecar.name }, { ...facts, image: sidecar.image })
    },
    forbid: rollout.forbid,
    fail: rollout.fail,
    close: async () => {},
  }
})

lockContract('Lease', async () => {
  const world = await aCluster()
  world.cluster.state.addLease('afk', 'afk-poller')
  return {
    lockOf: (holder) =>
      createLease({
        ...world.options,
        namespace: 'afk',
        name: 'afk-poller',
        holder,
        durationSeconds: lockSeconds,
      }),
    pass: world.pass,
    fail: (how) => {
      world.cluster.faults.clear()
      if (how !== null)
        world.cluster.faults.add({ kind: how === 'unavailable' ? '500' : how === 'forbidden' ? '403' : '404' })
    },
    close: world.close,
  }
})

lockContract('fake', async () => {
  let now = 0
  const locks = fakeLocks(() => now)
  return {
    lockOf: (holder) => locks.lockOf(holder, lockSeconds),
    pass: (seconds) => void (now += seconds * 1_000),
    fail: locks.fail,
    close: async () => {},
  }
})
