import { isoTime } from '../http/clock-text.ts'
import { notFound, Refusal, type Reply } from '../http/exchange.ts'
import { issueInstallationToken } from '../state/apps.ts'
import type { App } from '../state/model.ts'
import { findRepo, nameWithOwner } from '../state/repos.ts'
import { findUser } from '../state/users.ts'
import { param, requireSomebody, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { presentApp, presentInstallation, presentInstallationToken } from './present/app.ts'
import { presentUser } from './present/user.ts'

export const accountHandlers: Handlers = {
  'users/get-authenticated': getViewer,
  'rate-limit/get': getRateLimit,
  'apps/get-authenticated': (call) => ({
    status: 200,
    body: presentApp(call, requireApp(call).slug),
  }),
  'apps/list-installations': listInstallations,
  'apps/create-installation-access-token': createInstallationToken,
  'apps/get-repo-installation': getRepoInstallation,
}

function getViewer(call: Call): Reply {
  const { login } = requireSomebody(call)
  if (call.token?.kind === 'installation') throw new Refusal(403, 'Resource not accessible by integration')
  const user = findUser(call.state, login)
  if (!user) throw notFound()
  const at = isoTime(user.createdAt)
  const zero = { public_repos: 0, public_gists: 0, followers: 0, following: 0 }
  const nothing = {
    name: null,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
  }
  return {
    status: 200,
    body: { ...presentUser(call, login), ...nothing, ...zero, created_at: at, updated_at: at },
  }
}

function getRateLimit(call: Call): Reply {
  const who = call.token?.login ?? 'anonymous'
  const core = call.rate.peek(who, 'core')
  const search = { limit: 30, used: 0, remaining: 30, reset: core.reset }
  return {
    status: 200,
    body: { resources: { core, graphql: call.rate.peek(who, 'graphql'), search }, rate: core },
  }
}

function listInstallations(call: Call): Reply {
  const app = requireApp(call)
  const installations = [...call.state.installations.values()].filter((installation) => installation.appId === app.id)
  return {
    status: 200,
    body: installations.map((installation) => presentInstallation(call, installation)),
  }
}

function createInstallationToken(call: Call): Reply {
  const app = requireApp(call)
  const installation = call.state.installations.get(Number(param(call, 'installation_id')))
  if (!installation || installation.appId !== app.id) throw notFound()
  return {
    status: 201,
    body: presentInstallationToken(issueInstallationToken(call.state, installation)),
  }
}

function getRepoInstallation(call: Call): Reply {
  const app = requireApp(call)
  const found = findRepo(call.state, `${param(call, 'owner')}/${param(call, 'repo')}`)
  const installation = [...call.state.installations.values()].find(
    (candidate) => candidate.appId === app.id && found !== null && candidate.repoIds.includes(found.repo.id),
  )
  if (!found || !installation) throw notFound()
  if (found.moved) {
    const url = `${call.base}/repos/${nameWithOwner(found.repo)}/installation`
    throw new Refusal(301, 'Moved Permanently', { url }, { location: url })
  }
  return { status: 200, body: presentInstallation(call, installation) }
}

function requireApp(call: Call): App {
  if (!call.app) throw new Refusal(401, 'A JSON web token could not be decoded')
  return call.app
}
