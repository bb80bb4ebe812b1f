import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { programs } from '../deploy/manifests.ts'
import type { Program } from '../deploy/run-form.ts'
import type { Bench } from './bench.ts'
import { holdBySomebody, leaseOf, statesSince } from './lease.ts'

/** The Lease between pods that are alive, dead, many, or killed; and the programs without it or without their rights. */
export function lockCases(bench: () => Bench): void {
  describe.each(programs)('the lock of the %s', (program) => {
    it('held by somebody who may live: the tick ends, and touches nothing', async () => {
      await holdBySomebody(bench().api, program, 30)
      const before = await leaseOf(bench().api, program)
      const ran = await bench().tick(program)
      expect(ran).toMatchObject({ code: 0, lines: [{ outcome: 'locked', by: 'somebody_else' }] })
      expect(await leaseOf(bench().api, program)).toEqual(before)
    })

    it('held by somebody whose time is over: taken', async () => {
      await holdBySomebody(bench().api, program, 90)
      const before = await leaseOf(bench().api, program)
      const ran = await bench().tick(program)
      expect(ran.code, ran.stdout).toBe(0)
      const [taken] = await statesSince(bench().api, program, before)
      expect(taken?.spec?.holderIdentity).toMatch(`${ran.name}_`)
      expect(taken?.spec?.leaseTransitions).toBe((before.spec?.leaseTransitions ?? 0) + 1)
    })

    it('of several pods at once one gets it at a time', async () => {
      const before = await leaseOf(bench().api, program)
      const all = await Promise.all([1, 2, 3].map(() => bench().tick(program)))
      const outcomes = all.map(({ lines }) => lines.at(-1)?.['outcome'])
      expect(outcomes).toContain('ok')
      expect(outcomes.filter((outcome) => outcome !== 'ok' && outcome !== 'locked')).toEqual([])
      const holders = (await statesSince(bench().api, program, before)).map(({ spec }) => spec?.holderIdentity ?? '')
      // Taken, given back, taken, given back: never from one to another.
      expect(holders.map((holder) => holder !== '')).toEqual(holders.map((_holder, at) => at % 2 === 0))
      expect(holders).toHaveLength(2 * outcomes.filter((outcome) => outcome === 'ok').length)
    })

    it('SIGTERM while it is held: given back', async () => {
      const before = await leaseOf(bench().api, program)
      const { stage, api } = bench()
      const removeFault = stage.github.faults.add({ match: () => true, kind: 'slow', delayMs: 4000 })
      const ran = await bench().tick(program, {
        onStart: (pid) => void untilHeld(api, program).then(() => process.kill(pid, 'SIGTERM')),
      })
      removeFault()
      expect(ran.code, ran.stdout).not.toBeNull()
      const holders = (await statesSince(api, program, before)).map(({ spec }) => spec?.holderIdentity)
      expect(holders).toEqual([expect.stringMatching(`${ran.name}_`), ''])
      expect(ran.lines.at(-1)).toMatchObject({ event: 'summary' })
    })
  })

  describe.each(programs)('the %s without', (program) => {
    it('its Lease ends with 2 and says what to apply', async () => {
      await without(bench(), `/apis/coordination.k8s.io/v1/namespaces/afk/leases/afk-${program}`, async () => {
        const { code, lines } = await bench().tick(program)
        expect(code).toBe(2)
        expect(lines.find(({ event }) => event === 'error')).toMatchObject({
          port: 'lock',
          category: 'config',
          message: expect.stringMatching(/does not exist.*kubectl apply -k/),
        })
      })
    })

    it('its RoleBinding ends with 3 and says what to apply', async () => {
      await without(
        bench(),
        `/apis/rbac.authorization.k8s.io/v1/namespaces/afk/rolebindings/afk-${program}`,
        async () => {
          const { code, lines } = await bench().tick(program)
          expect(code).toBe(3)
          expect(lines.find(({ event }) => event === 'error')).toMatchObject({
            port: 'lock',
            category: 'forbidden',
            message: expect.stringMatching(/Role and RoleBinding/),
          })
        },
      )
    })
  })
}

async function untilHeld(api: Bench['api'], program: Program): Promise<void> {
  for (let look = 0; look < 400; look += 1) {
    const { spec } = await leaseOf(api, program)
    if ((spec?.holderIdentity ?? '') !== '') return
    await pause(25)
  }
}

/** Deletes an object for as long as `then` takes, and brings it back as it was. */
async function without({ api }: Bench, path: string, then: () => Promise<void>): Promise<void> {
  const { metadata, ...rest } = await api.get(path)
  await api.get(path, { method: 'DELETE' })
  try {
    await then()
  } finally {
    const body = { ...rest, metadata: { name: metadata.name, namespace: metadata.namespace, labels: metadata.labels } }
    await api.get(path.replace(/\/[^/]+$/, ''), { method: 'POST', body })
  }
}
