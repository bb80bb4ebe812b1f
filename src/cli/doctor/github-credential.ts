import type { Credential } from '../../ports/probe.ts'
import { lackingFinding } from './app-permissions.ts'
import { fail, ok, warn, type Check, type Finding } from './check.ts'
import { expiryFinding, lasting } from './expiry.ts'

/** Who afk is at GitHub, with which kind of credential, what it may at most, and until when. */
export const githubCredential: Check = {
  name: 'github-credential',
  area: 'github',
  opens: true,
  run: async ({ probe, world, now, policy, repos }) => {
    const credential = await probe.tracker.credential()
    const { login } = await world.tracker.self()
    const about = `${kinds[credential.kind]} of ${login}, ${lasting(credential.expiresAt, now())}`
    const remedy = 'issue a new token and replace the one in AFK_GITHUB_TOKEN or its file'
    const policies = repos.map((repo) => policy.repo(repo))
    const findings = [
      ...scopeFindings(credential),
      credential.permissions === undefined ? null : lackingFinding(credential.permissions, policies),
      expiryFinding(`the token of ${login}`, credential.expiresAt, now(), remedy),
    ].filter((finding) => finding !== null)
    const note =
      credential.scopes === null && credential.permissions === undefined
        ? `; GitHub does not tell what it may: it needs ${needs(policies.some(({ landing }) => landing === 'pull-request'))}`
        : ''
    return findings.length > 0 ? findings : [ok('', `${about}${note}`)]
  },
}

const kinds: { readonly [kind in Credential['kind']]: string } = {
  classic: 'a classic token',
  'fine-grained': 'a fine-grained token',
  oauth: 'a login of a command line tool',
  app: 'an installation of a GitHub App',
  unknown: 'a token of an unknown kind',
}

/** GitHub takes no merge that changes a workflow from a token without the last of these. */
function needs(merges: boolean): string {
  return merges
    ? 'Issues, Pull requests, Contents, Actions and Deployments to write, Checks, Commit statuses and Metadata to read, and Workflows to write where agents change them'
    : 'Issues and Actions to write, Contents, Checks, Commit statuses, Deployments and Metadata to read'
}

/** What no loop over issues has a use for (SPEC 13, least privilege). */
const tooMuch = /^(?:admin:|delete_repo$|write:packages$|delete:packages$|site_admin$)/

function scopeFindings({ scopes, kind }: Credential): readonly Finding[] {
  if (scopes === null) return []
  if (!scopes.includes('repo') && !scopes.includes('public_repo')) {
    const has = scopes.length === 0 ? 'none' : scopes.join(', ')
    return [
      fail(
        '',
        `the token lacks the scope repo (it has: ${has})`,
        'issue a classic token with the scope repo, or a fine-grained one',
      ),
    ]
  }
  const excess = scopes.filter((scope) => tooMuch.test(scope))
  if (excess.length === 0 || kind === 'oauth') return []
  return [
    warn(
      '',
      `the token may more than afk needs: ${excess.join(', ')}`,
      'issue one with the scope repo alone, or a fine-grained one',
    ),
  ]
}
