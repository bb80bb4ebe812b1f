import { invalid, notFound, type Reply } from '../http/exchange.ts'
import { permissionWords, roleOf, roleOfToken } from '../state/permissions.ts'
import { addLabelToRepo, findLabel } from '../state/repo-labels.ts'
import { findUser } from '../state/users.ts'
import { param, repoOf, requireRole, textOf, type Call } from './call.ts'
import type { Handlers } from './handler.ts'
import { listReply } from './pages.ts'
import { presentLabel } from './present/issue.ts'
import { presentRepo } from './present/repo.ts'
import { presentUser } from './present/user.ts'

export const repoHandlers: Handlers = {
  'repos/get': getRepo,
  'issues/list-labels-for-repo': listLabels,
  'issues/get-label': getLabel,
  'issues/create-label': createLabel,
  'repos/get-collaborator-permission-level': getPermission,
  'repos/check-collaborator': checkCollaborator,
}

function getRepo(call: Call): Reply {
  const repo = repoOf(call)
  return { status: 200, body: presentRepo(call, repo, roleOfToken(call.state, repo, call.token)) }
}

function listLabels(call: Call): Reply {
  const repo = repoOf(call)
  return listReply(call, repo, repo.labels, (label) => presentLabel(call, repo, label))
}

function getLabel(call: Call): Reply {
  const repo = repoOf(call)
  const label = findLabel(repo, param(call, 'name'))
  if (!label) throw notFound()
  return { status: 200, body: presentLabel(call, repo, label) }
}

function createLabel(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'write')
  const name = textOf(call, 'name') ?? ''
  const color = textOf(call, 'color')
  const label = addLabelToRepo(call.state, repo, {
    name,
    description: textOf(call, 'description') ?? null,
    ...(color ? { color } : {}),
  })
  if (!label) throw invalid('Validation Failed', [{ resource: 'Label', code: 'already_exists', field: 'name' }])
  return { status: 201, body: presentLabel(call, repo, label) }
}

/** 404 for a login nobody has; a stranger to a public repository has `read`. */
function getPermission(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'write', 'Must have push access to view collaborator permission.')
  const user = findUser(call.state, param(call, 'username'))
  if (!user) throw notFound()
  const words = permissionWords(repo, user.login)
  const shown = { ...presentUser(call, user.login), role_name: words.roleName }
  return {
    status: 200,
    body: { permission: words.permission, role_name: words.roleName, user: shown },
  }
}

function checkCollaborator(call: Call): Reply {
  const repo = repoOf(call)
  requireRole(call, repo, 'write', 'Must have push access to view repository collaborators.')
  const login = param(call, 'username')
  const isOne = repo.collaborators.has(login.toLowerCase()) || roleOf(repo, login) === 'admin'
  if (!isOne) throw notFound()
  return { status: 204 }
}
