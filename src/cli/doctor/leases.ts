import { fail, ok, skipped, type Check, type Finding } from './check.ts'

/** The Lease objects, which the manifests bring: afk may take them, not make them (SPEC 11). */
export const leases: Check = {
  name: 'leases',
  area: 'cluster',
  run: async ({ settled, probe: { cluster } }) => {
    const { lock } = settled.config.settings
    if (lock.kind === 'none') return [skipped('', 'AFK_LOCK is none')]
    if (cluster === null) return [skipped('', 'nothing leads to a cluster')]
    const seen = []
    for (const name of ['afk-poller', 'afk-watcher']) {
      seen.push({ subject: `${lock.namespace}/${name}`, there: await cluster.lease(lock.namespace, name) })
    }
    // Seeing one and not the other is how a program's own account sees them, in its pod.
    const oneProgram = seen.some(({ there }) => there !== 'forbidden')
    return seen.map(({ subject, there }) => found(subject, there, oneProgram))
  },
}

function found(subject: string, there: 'there' | 'missing' | 'forbidden', oneProgram: boolean): Finding {
  if (there === 'there') return ok(subject, 'there')
  if (there === 'missing') {
    const remedy = 'apply the manifests of deploy/, which bring it'
    return fail(subject, 'there is no such Lease: the program cannot start', remedy)
  }
  if (oneProgram) return skipped(subject, 'the other program’s: this account may not read it, and need not')
  return fail(subject, 'the Lease may not be read', 'grant "get" on leases.coordination.k8s.io: see deploy/')
}
