import { isoTime } from '../http/clock-text.ts'
import type { Reaction } from '../state/issue-model.ts'
import { userNode } from './actor.ts'
import type { Gql } from './context.ts'

const words = { '+1': 'THUMBS_UP', '-1': 'THUMBS_DOWN' } as const

export function reactionNode(gql: Gql, reaction: Reaction) {
  const { content } = reaction
  return {
    __typename: 'Reaction',
    id: reaction.nodeId,
    databaseId: reaction.id,
    content: content === '+1' || content === '-1' ? words[content] : content.toUpperCase(),
    createdAt: isoTime(reaction.createdAt),
    user: () => userNode(gql, reaction.user),
  }
}
