import { isoTime } from '../http/clock-text.ts'
import type { User } from '../state/model.ts'
import { findUser } from '../state/users.ts'
import { web } from '../rest/view.ts'
import type { Gql } from './context.ts'

/** `Actor`: a bot's login has no `[bot]` here, which REST's has. Null for a deleted account. */
export function actorNode(gql: Gql, login: string | null) {
  const user = login === null ? null : findUser(gql.state, login)
  return user ? { __typename: user.type, ...fieldsOf(user), login: user.login.replace(/\[bot\]$/, '') } : null
}

/**
 * An account shown as a `User`, as `viewer` and `GitActor.user` show bots too, and then with the `[bot]`.
 * (Seen in the output of GitHub's command line, not documented.)
 */
export function userNode(gql: Gql, login: string | null) {
  const user = login === null ? null : findUser(gql.state, login)
  return user ? { __typename: 'User', ...fieldsOf(user) } : null
}

function fieldsOf(user: User) {
  const path = user.type === 'Bot' ? `/apps/${user.login.replace(/\[bot\]$/, '')}` : `/${user.login}`
  return {
    id: user.nodeId,
    databaseId: user.id,
    login: user.login,
    name: null,
    url: `${web}${path}`,
    resourcePath: path,
    avatarUrl: `https://avatars.githubusercontent.com/u/${user.id}?v=4`,
    createdAt: isoTime(user.createdAt),
    updatedAt: isoTime(user.createdAt),
  }
}
