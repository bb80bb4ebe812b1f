import { isoTime, isoTimeOrNull } from '../http/clock-text.ts'
import type { ContentEdit } from '../state/issue-model.ts'
import { actorNode } from './actor.ts'
import { connection, type PageArgs } from './connection.ts'
import type { Gql } from './context.ts'

interface Edited {
  author: string
  createdAt: number
  lastEditedAt: number | null
  editor: string | null
  edits: ContentEdit[]
}

/** What `Comment` says of its edits, for issues and comments alike. Edits come newest first. */
export function editFields(gql: Gql, target: Edited) {
  return {
    author: () => actorNode(gql, target.author),
    editor: () => actorNode(gql, target.editor),
    lastEditedAt: isoTimeOrNull(target.lastEditedAt),
    includesCreatedEdit: target.edits.length > 0,
    viewerDidAuthor: target.author === gql.token.login,
    userContentEdits: (args: PageArgs) =>
      connection(target.edits.toReversed(), args, (edit) => ({
        __typename: 'UserContentEdit',
        id: edit.nodeId,
        editedAt: isoTime(edit.editedAt),
        createdAt: isoTime(edit.editedAt),
        updatedAt: isoTime(edit.editedAt),
        deletedAt: null,
        deletedBy: null,
        diff: edit.text,
        editor: () => actorNode(gql, edit.editor),
      })),
  }
}
