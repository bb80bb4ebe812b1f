import { beforeAll, describe, expect, it } from 'vitest'
import { programs } from '../deploy/manifests.ts'
import { headOf } from '../sandbox/world.ts'
import { arm } from './arm.ts'
import type { Bench, PodRan } from './bench.ts'
import { hasKubectl } from './kubectl.ts'
import { leaseOf, statesSince, type Lease } from './lease.ts'
import { deployShop, finishRollout } from './workload.ts'

const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
const image = 'registry.example.com/shop'

/** Both programs in the pods of the base, with their own tokens. */
export function storyCases(bench: () => Bench): void {
  describe.each(programs)('the %s of the base as it stands', (program) => {
    it('is inert, asks nobody anything, and leaves its last word', async () => {
      const before = await leaseOf(bench().api, program)
      for (const form of [bench().bundle, { kind: 'sources' } as const]) {
        const ran = await bench().tick(program, { form })
        expect(ran.code, ran.stdout + ran.stderr).toBe(0)
        expect(ran.lines).toMatchObject([{ event: 'summary', outcome: 'inert' }])
        expect(ran.seen.connections).toEqual([])
        expect(JSON.parse(ran.lastWords)).toEqual(ran.lines[0])
      }
      expect(await leaseOf(bench().api, program)).toEqual(before)
    })
  })

  describe('armed', () => {
    let before: { poller: Lease; watcher: Lease }
    const ran: Record<string, PodRan> = {}

    beforeAll(async () => {
      const { api, stage } = bench()
      await arm(bench())
      await deployShop(bench(), `${image}:${headOf(stage.world, 'acme/shop')}`)
      await finishRollout(bench())
      before = { poller: await leaseOf(api, 'poller'), watcher: await leaseOf(api, 'watcher') }
      for (const repo of ['acme/shop', 'acme/web']) stage.ready(repo)
      await stage.pass(120)
      ran['dispatch'] = await bench().tick('poller')
      await stage.pass(120)
      ran['rolling out'] = await bench().tick('watcher')
      await deployShop(bench(), `${image}:${headOf(stage.world, 'acme/shop')}`)
      await stage.pass(60)
      ran['unobserved'] = await bench().tick('watcher')
      await finishRollout(bench())
      await stage.pass(60)
      ran['landed'] = await bench().tick('watcher', { form: { kind: 'sources' } })
    }, 120_000)

    const decisions = (name: string) =>
      ran[name]?.lines
        .filter(({ event }) => event === 'decision')
        .map((line) => `${String(line['repo'])} ${String(line['decision'])}: ${String(line['codes'])}`)

    it('every tick is good', () => {
      for (const [name, { code, stdout, stderr, lines, lastWords }] of Object.entries(ran)) {
        expect(code, `${name}: ${stdout}${stderr}`).toBe(0)
        expect(
          lines.filter(({ event }) => event === 'error' || event === 'warning'),
          name,
        ).toEqual([])
        expect(JSON.parse(lastWords), name).toEqual(lines.at(-1))
      }
    })

    it('dispatches, waits for the rollout of the real Deployment, lands and escalates', () => {
      expect(decisions('dispatch')).toEqual(['acme/shop dispatch: ', 'acme/web dispatch: '])
      expect(decisions('rolling out')?.join('\n')).toMatch(/acme\/shop wait: .*\n?/)
      expect(decisions('rolling out')?.join('\n')).toMatch(/acme\/web escalate: /)
      expect(decisions('unobserved')?.join('\n')).toMatch(/acme\/shop wait: /)
      expect(decisions('landed')?.join('\n')).toMatch(/acme\/shop land: /)
    })

    it('the Lease moves: taken by the pod, and given back', async () => {
      const ticks = { poller: [ran['dispatch']], watcher: [ran['rolling out'], ran['unobserved'], ran['landed']] }
      for (const program of programs) {
        const states = await statesSince(bench().api, program, before[program])
        expect(states).toHaveLength(2 * ticks[program].length)
        for (const [at, { spec }] of states.entries()) {
          const pod = ticks[program][Math.floor(at / 2)]?.name
          const [holder, seconds] = at % 2 === 0 ? [expect.stringMatching(`^${pod}_`), 70] : ['', 1]
          expect(spec).toEqual({
            holderIdentity: holder,
            leaseDurationSeconds: seconds,
            acquireTime: expect.stringMatching(microTime),
            renewTime: expect.stringMatching(microTime),
            leaseTransitions: (before[program].spec?.leaseTransitions ?? 0) + Math.floor(at / 2) + 1,
          })
        }
      }
    })

    it('the story is told on the CronJobs', async () => {
      const { items } = await bench().api.get('/apis/events.k8s.io/v1/namespaces/afk/events')
      const ours = (items as Record<string, unknown>[]).filter(
        ({ reportingController }) => reportingController === 'afk',
      )
      const told = ours.map(
        ({ type, reason, note, regarding }) =>
          `${(regarding as { name: string }).name} ${String(type)} ${String(reason)} ${/acme\/\w+#\d+/.exec(String(note))?.[0]}`,
      )
      expect(told.toSorted()).toEqual([
        'afk-poller Normal Dispatched acme/shop#1',
        'afk-poller Normal Dispatched acme/web#1',
        'afk-watcher Normal Landed acme/shop#1',
        'afk-watcher Warning Escalated acme/web#1',
      ])
    })

    it.skipIf(!hasKubectl)('and kubectl describe shows it', () => {
      const { out } = bench().kubectl('-n', 'afk', 'describe', 'cronjob', 'afk-watcher')
      expect(out).toMatch(/Normal +Landed +\S+ +afk +landed acme\/shop#1/)
      expect(out).toMatch(/Warning +Escalated +\S+ +afk +escalated acme\/web#1/)
    })
  })
}
