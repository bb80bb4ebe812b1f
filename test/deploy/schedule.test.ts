import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../src/config/settings.ts'
import { periodSeconds } from './cron.ts'
import { named, podOf, programs, rendered, renderings, root } from './manifests.ts'

/** SPEC 10, 11: own deadline < activeDeadlineSeconds, and the Lease outlives whatever may still run. */

const { settings } = readSettings({ AFK_T3_URL: 'http://t3' })
const ownDeadline = settings?.tickDeadlineSeconds ?? Number.NaN
const grace = Number(/graceSeconds = (\d+)/.exec(readFileSync(`${root}src/compose.ts`, 'utf8'))?.[1])
const leaseSeconds = ownDeadline + grace

describe.each(renderings)('%s', (rendering) => {
  describe.each(programs)('the %s', (program) => {
    const { spec } = named(rendered(rendering), 'CronJob', `afk-${program}`)
    const job = spec.jobTemplate.spec
    const pod = podOf(named(rendered(rendering), 'CronJob', `afk-${program}`)).spec
    const period = periodSeconds(spec.schedule) ?? Number.NaN

    it('runs every minute', () => {
      expect(period).toBe(60)
      expect(spec.suspend).toBe(false)
      expect(spec.timeZone).toBeUndefined()
    })

    it('ends by itself before it is ended, and is gone before its Lease', () => {
      expect([ownDeadline, job.activeDeadlineSeconds, leaseSeconds]).toEqual([45, 55, 70])
      expect(ownDeadline).toBeLessThan(job.activeDeadlineSeconds)
      expect(job.activeDeadlineSeconds).toBeLessThanOrEqual(period)
      expect(job.activeDeadlineSeconds + pod.terminationGracePeriodSeconds).toBeLessThan(leaseSeconds)
    })

    it('starts in time or not at all', () => {
      // Below 10 s the controller, which looks every 10 s, may never start it (Kubernetes docs, CronJob).
      expect(spec.startingDeadlineSeconds).toBeGreaterThanOrEqual(10)
      expect(spec.startingDeadlineSeconds).toBeLessThanOrEqual(period)
    })

    it('is one at a time, and never repeated', () => {
      expect(spec.concurrencyPolicy).toBe('Forbid')
      expect(job.backoffLimit).toBe(0)
      expect(pod.restartPolicy).toBe('Never')
      expect([job.parallelism, job.completions]).toEqual([1, 1])
    })

    it('leaves a few finished ticks to look at, and not for ever', () => {
      expect(spec.successfulJobsHistoryLimit).toBeGreaterThanOrEqual(1)
      expect(spec.failedJobsHistoryLimit).toBeGreaterThanOrEqual(1)
      expect(job.ttlSecondsAfterFinished).toBeGreaterThanOrEqual(3600)
    })
  })
})
