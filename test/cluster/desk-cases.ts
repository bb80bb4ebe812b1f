import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Bench } from './bench.ts'
import { mountPod } from './pod.ts'

interface Finding {
  readonly area: string
  readonly check: string
  readonly verdict: string
  readonly subject: string
}

/** `doctor` as the runbook starts it in the cluster: in a pod of the watcher's CronJob, with that account's rights. */
export function deskCases(bench: () => Bench): void {
  it('finds the cluster in order, and the poller’s Lease no finding', async () => {
    const pod = await mountPod(bench().api, 'watcher')
    const words = ['--import', pod.preload, join(bench().bundle.folder, 'cli.cjs'), 'doctor', '--json']
    // Not in the foreground: the servers that it asks are this process's own.
    const said = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, words, { env: pod.env, cwd: '/', timeout: 60_000 }, (error, stdout, stderr) => {
        if (stdout === '') reject(new Error(stderr, { cause: error }))
        else resolve(stdout)
      })
    })
    pod.remove()
    const { findings } = JSON.parse(said) as { findings: Finding[] }
    const told = findings.filter(({ area }) => area === 'cluster')
    expect(told.map(({ check, verdict, subject }) => `${verdict} ${check} ${subject}`)).toEqual([
      'skipped cluster-access get leases/afk-poller in afk',
      'skipped cluster-access update leases/afk-poller in afk',
      'ok cluster-access get leases/afk-watcher in afk',
      'ok cluster-access update leases/afk-watcher in afk',
      'ok cluster-access get deployments/web in shop',
      'skipped leases afk/afk-poller',
      'ok leases afk/afk-watcher',
      'ok rollout-targets acme/shop',
      'skipped rollout-targets acme/web',
    ])
  })
}
