import { fail, ok, skipped, type Check, type Finding } from './check.ts'

/** The Lease objects, which the manifests bring: afk may take them, not make them (SPEC 11). */
export const leases: Check = {
  name: 'leases',
  area: 'cluster',
  run: async ({ settled, probe: { cluster } }) => {
    const { lock } = settled.config.settings
    if (lock.kind === 'none') return [skipped('', 'AFK_LOCK is none')]
    if (cluster === null) return [skipped('', 'nothing leads to a cluster')]
    const findings: Finding[] = []
    for (const name of ['afk-poller', 'afk-watcher']) {
      const there = await cluster.lease(lock.namespace, name)
      const subject = `${lock.namespace}/${name}`
      if (there === 'there') findings.push(ok(subject, 'there'))
      else if (there === 'missing')
        findings.push(
          fail(
            subject,
            'there is no such Lease: the program cannot start',
            'apply the manifests of deploy/, which bring it',
          ),
        )
      else
        findings.push(
          fail(subject, 'the Lease may not be read', 'grant "get" on leases.coordination.k8s.io: see deploy/'),
        )
    }
    return findings
  },
}
