import { findUser } from '../../state/users.ts'
import { web, type View } from '../view.ts'

const links = {
  followers_url: '/followers',
  following_url: '/following{/other_user}',
  gists_url: '/gists{/gist_id}',
  starred_url: '/starred{/owner}{/repo}',
  subscriptions_url: '/subscriptions',
  organizations_url: '/orgs',
  repos_url: '/repos',
  events_url: '/events{/privacy}',
  received_events_url: '/received_events',
}

/** `simple-user`; null for a deleted account. */
export function presentUser(view: View, login: string | null) {
  const user = login === null ? null : findUser(view.state, login)
  if (!user) return null
  const url = `${view.base}/users/${encodeURIComponent(user.login)}`
  return {
    login: user.login,
    id: user.id,
    node_id: user.nodeId,
    avatar_url: `https://avatars.githubusercontent.com/u/${user.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: user.type === 'Bot' ? `${web}/apps/${user.login.replace(/\[bot\]$/, '')}` : `${web}/${user.login}`,
    ...Object.fromEntries(Object.entries(links).map(([key, path]) => [key, url + path])),
    type: user.type,
    user_view_type: 'public',
    site_admin: false,
  }
}
