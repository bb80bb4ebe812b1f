import { nextIds, objectName } from './ids.ts'
import type { App, GitHubState, Installation, Token } from './model.ts'
import { requireRepo } from './repos.ts'
import { addUser } from './users.ts'

const hour = 3_600_000

export function addApp(state: GitHubState, input: { slug: string; name?: string; owner: string }): App {
  const bot = addUser(state, `${input.slug}[bot]`, 'Bot')
  const app: App = {
    ...nextIds(state, 'A'),
    slug: input.slug,
    name: input.name ?? input.slug,
    owner: addUser(state, input.owner).login,
    botLogin: bot.login,
    createdAt: state.clock.now(),
  }
  state.apps.set(app.slug, app)
  return app
}

/** Installs an app on the named repositories of one account. */
export function installApp(state: GitHubState, slug: string, repos: string[]): Installation {
  const app = state.apps.get(slug)
  const [first] = repos
  if (!app || !first) throw new Error(`installApp(${slug}): needs a known app and at least one repository`)
  const installation: Installation = {
    id: nextIds(state, 'I').id,
    appId: app.id,
    account: requireRepo(state, first).owner,
    repoIds: repos.map((name) => requireRepo(state, name).id),
    createdAt: state.clock.now(),
  }
  state.installations.set(installation.id, installation)
  return installation
}

/** A token that acts as the app's bot on the installation's repositories and dies after an hour, as GitHub's do. */
export function issueInstallationToken(state: GitHubState, installation: Installation): Token {
  const app = [...state.apps.values()].find((candidate) => candidate.id === installation.appId)
  if (!app) throw new Error(`installation ${installation.id} belongs to no app`)
  const { id } = nextIds(state, 'T')
  const token: Token = {
    token: `ghs_${objectName('installation-token', id).slice(0, 36)}`,
    login: app.botLogin,
    kind: 'installation',
    scopes: [],
    viaApp: app.slug,
    installationId: installation.id,
    expiresAt: state.clock.now() + hour,
  }
  state.tokens.set(token.token, token)
  return token
}
