import { isoTime } from '../../http/clock-text.ts'
import type { Installation, Token } from '../../state/model.ts'
import { web, type View } from '../view.ts'
import { presentUser } from './user.ts'

const permissions = {
  metadata: 'read',
  issues: 'write',
  contents: 'write',
  checks: 'read',
  actions: 'write',
  statuses: 'read',
  deployments: 'read',
}

/** `integration`; null when no app of that slug exists. */
export function presentApp(view: View, slug: string | null) {
  const app = slug === null ? undefined : view.state.apps.get(slug)
  if (!app) return null
  return {
    id: app.id,
    slug: app.slug,
    node_id: app.nodeId,
    owner: presentUser(view, app.owner),
    name: app.name,
    description: null,
    external_url: `${web}/apps/${app.slug}`,
    html_url: `${web}/apps/${app.slug}`,
    created_at: isoTime(app.createdAt),
    updated_at: isoTime(app.createdAt),
    permissions,
    events: ['push'],
  }
}

export function presentInstallation(view: View, installation: Installation) {
  const app = [...view.state.apps.values()].find((candidate) => candidate.id === installation.appId)
  const account = presentUser(view, installation.account)
  return {
    id: installation.id,
    account,
    access_tokens_url: `${view.base}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${view.base}/installation/repositories`,
    html_url: `${web}/settings/installations/${installation.id}`,
    app_id: installation.appId,
    app_slug: app?.slug ?? '',
    target_id: account?.id ?? 0,
    target_type: account?.type ?? 'User',
    permissions,
    events: ['push'],
    single_file_name: null,
    repository_selection: 'selected',
    created_at: isoTime(installation.createdAt),
    updated_at: isoTime(installation.createdAt),
    suspended_by: null,
    suspended_at: null,
  }
}

export function presentInstallationToken(token: Token) {
  return {
    token: token.token,
    expires_at: isoTime(token.expiresAt ?? 0),
    permissions,
    repository_selection: 'selected',
  }
}
