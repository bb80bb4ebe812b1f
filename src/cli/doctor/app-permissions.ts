import type { RepoPolicy } from '../../core/policy.ts'
import { fail, type Finding } from './check.ts'

/**
 * What an installation of a GitHub App lacks for the work in these repos, by GitHub's names of permissions (`administration`, `issues`, …
 * each `read`, `write` or `admin`); null when it lacks nothing.
 */
export function lackingFinding(
  granted: Readonly<Record<string, string>>,
  policies: readonly Pick<RepoPolicy, 'landing' | 'approval'>[],
): Finding | null {
  const merges = policies.some(({ landing }) => landing === 'pull-request')
  const deploys = policies.some(({ approval }) => approval.before.includes('deploy'))
  const needed: Readonly<Record<string, 'read' | 'write'>> = {
    metadata: 'read',
    issues: 'write',
    actions: 'write',
    contents: merges ? 'write' : 'read',
    checks: 'read',
    statuses: 'read',
    deployments: deploys ? 'write' : 'read',
    ...(merges ? { pull_requests: 'write' } : {}),
  }
  const lacking = Object.entries(needed).filter(([name, access]) => !allows(granted[name], access))
  if (lacking.length === 0) return null
  const words = lacking.map(([name, access]) => `${name} to ${access} (it has ${granted[name] ?? 'none'})`)
  return fail(
    '',
    `the installation of the App lacks ${words.join(', ')}`,
    'give the App these permissions in its settings on GitHub, and accept them where it is installed',
  )
}

function allows(has: string | undefined, needs: 'read' | 'write'): boolean {
  return has === 'admin' || has === 'write' || (has === 'read' && needs === 'read')
}
