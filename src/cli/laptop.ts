import { envValue, type Env, type Files } from '../config/sources.ts'
import type { Desk } from './desk.ts'

/**
 * The environment of a person's own machine, completed (SPEC 14): without a configured GitHub credential the token of `gh auth token`,
 * and without a pod's credentials and `KUBECONFIG` the kubeconfig file in its usual place. Each is said on standard error. For the
 * command line only: the CronJob programs take what they are given. That `gh` has none is said too.
 */
export async function laptopEnv(desk: Desk): Promise<Env> {
  const { env } = desk
  const added: Record<string, string> = {}
  if (!githubVariables.some((name) => envValue(env, name) !== undefined)) {
    const host = githubHost(env)
    const { ghToken } = await import('./gh-token.ts')
    const token = await ghToken(host, env)
    if (token !== null) {
      added['AFK_GITHUB_TOKEN'] = token
      desk.err(`afk: no GitHub credential is configured: using the one of \`gh auth token\` for ${host}\n`)
      // A card is believed only in a comment of one's own (SPEC 6.2), and one's own label never counts (SPEC 4).
      desk.err(
        "afk: unless that is afk's own account, its cards are not seen, and labels of yours count as not trusted\n",
      )
    } else {
      const why = 'gh is not installed here, or not logged in there'
      desk.err(`afk: no GitHub credential is configured, and \`gh auth token\` gives none for ${host}: ${why}\n`)
    }
  }
  const kubeconfig = usualKubeconfig(env, desk.files)
  if (kubeconfig !== null) {
    added['KUBECONFIG'] = kubeconfig
    desk.err(`afk: KUBECONFIG is not set: using the current context of ${kubeconfig}\n`)
  }
  return { ...env, ...added }
}

const githubVariables = [
  'AFK_GITHUB_TOKEN',
  'AFK_GITHUB_TOKEN_FILE',
  'AFK_GITHUB_APP_ID',
  'AFK_GITHUB_APP_PRIVATE_KEY_FILE',
  'AFK_GITHUB_APP_INSTALLATION_ID',
]

/** The host that `gh` knows the API by: it must never hand the token of one host to another. */
function githubHost(env: Env): string {
  const url = envValue(env, 'AFK_GITHUB_API_URL')
  const host = url !== undefined && URL.canParse(url) ? new URL(url).hostname : 'api.github.com'
  return host === 'api.github.com' ? 'github.com' : host
}

function usualKubeconfig(env: Env, files: Files): string | null {
  const home = envValue(env, 'HOME')
  const elsewhere = envValue(env, 'KUBECONFIG') ?? envValue(env, 'KUBERNETES_SERVICE_HOST')
  if (elsewhere !== undefined || home === undefined) return null
  const path = `${home}/.kube/config`
  try {
    files.read(path)
    return path
  } catch {
    return null
  }
}
