import { isoTime } from '../http/clock-text.ts'
import type { Reaction, ReactionContent } from '../state/issue-model.ts'
import { userNode } from './actor.ts'
import { connection, type PageArgs } from './connection.ts'
import type { Gql } from './context.ts'

/** GraphQL's word for each of REST's, in the order in which GitHub lists the groups. */
const words: [ReactionContent, string][] = [
  ['+1', 'THUMBS_UP'],
  ['-1', 'THUMBS_DOWN'],
  ['laugh', 'LAUGH'],
  ['hooray', 'HOORAY'],
  ['confused', 'CONFUSED'],
  ['heart', 'HEART'],
  ['rocket', 'ROCKET'],
  ['eyes', 'EYES'],
]

/** What everything has that can be reacted to; every kind of reaction has a group, also with nobody in it. */
export function reactionFields(gql: Gql, target: { reactions: Reaction[] }) {
  return {
    reactions: (args: PageArgs & { content?: string | null }) =>
      connection(
        target.reactions.filter((reaction) => !args.content || wordOf(reaction.content) === args.content),
        args,
        (reaction) => reactionNode(gql, reaction),
      ),
    reactionGroups: () => words.map(([content, word]) => groupNode(gql, target.reactions, content, word)),
  }
}

/** REST's word for one of GraphQL's. */
export function contentOf(word: string): ReactionContent {
  const found = words.find(([, name]) => name === word)
  if (!found) throw new Error(`no reaction ${word}`)
  return found[0]
}

export function reactionNode(gql: Gql, reaction: Reaction) {
  return {
    __typename: 'Reaction',
    id: reaction.nodeId,
    databaseId: reaction.id,
    content: wordOf(reaction.content),
    createdAt: isoTime(reaction.createdAt),
    user: () => userNode(gql, reaction.user),
  }
}

function groupNode(gql: Gql, reactions: Reaction[], content: ReactionContent, word: string) {
  const found = reactions.filter((reaction) => reaction.content === content)
  const users = (args: PageArgs): unknown => connection(found, args, (reaction) => userNode(gql, reaction.user))
  const [first] = found
  return {
    __typename: 'ReactionGroup',
    content: word,
    createdAt: first ? isoTime(first.createdAt) : null,
    viewerHasReacted: found.some((reaction) => reaction.user === gql.token.login),
    users,
    reactors: users,
  }
}

function wordOf(content: ReactionContent): string {
  return words.find(([name]) => name === content)?.[1] ?? content.toUpperCase()
}
