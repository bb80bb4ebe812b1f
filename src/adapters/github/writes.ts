import * as z from 'zod'
import type { IssueRef } from '../../core/model.ts'
import { sameName } from '../../core/model.ts'
import { PortError } from '../../ports/errors.ts'
import type { Tracker } from '../../ports/tracker.ts'
import type { Client } from './client.ts'
import type { Call } from './errors.ts'
import { inRepo, issueName } from './names.ts'
import { parseAnswer } from './parse.ts'

type Writes = Pick<
  Tracker,
  'comment' | 'editComment' | 'deleteComment' | 'addLabel' | 'removeLabel' | 'close' | 'reopen'
>

/**
 * Everything that afk writes on an issue. All but `comment` are repeated when GitHub does not answer. Every answer is looked at: a
 * proxy's page with status 200 has written nothing.
 */
export function createWrites(client: Client): Writes {
  const update = async (operation: string, issue: IssueRef, fields: Readonly<Record<string, unknown>>) => {
    const call = callFor(operation, issue)
    const answer = await client.rest(call, 'PATCH /repos/{owner}/{repo}/issues/{number}', {
      ...target(issue),
      ...fields,
    })
    parseAnswer(issueSchema, answer.data, call)
  }
  return {
    comment: async (issue, body) => {
      const call = callFor('comment', issue)
      const answer = await client.rest(call, 'POST /repos/{owner}/{repo}/issues/{number}/comments', {
        ...target(issue),
        body,
      })
      return parseAnswer(createdSchema, answer.data, call).id
    },
    editComment: async (issue, comment, body) => {
      const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment}'
      const call = callFor('editComment', issue)
      const answer = await client.rest(call, route, { ...inRepo(issue.repo), comment, body })
      parseAnswer(createdSchema, answer.data, call)
    },
    deleteComment: async (issue, comment) => {
      const call = callFor('deleteComment', issue)
      const route = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment}'
      const removal = async () => {
        const answer = await client.rest(call, route, { ...inRepo(issue.repo), comment })
        parseAnswer(z.literal(204), answer.status, call)
      }
      await unlessGone(removal(), () => readIssue(client, call, issue))
    },
    addLabel: async (issue, label) => {
      const route = 'POST /repos/{owner}/{repo}/issues/{number}/labels'
      // A POST, but a label that is there already changes nothing (contracts, *Behaviour*).
      const parameters = { ...target(issue), labels: [label] }
      const call = callFor('addLabel', issue)
      const answer = await client.rest(call, route, parameters, { idempotent: true })
      parseAnswer(labelsSchema, answer.data, call)
    },
    removeLabel: async (issue, label) => {
      const call = callFor('removeLabel', issue)
      const route = 'DELETE /repos/{owner}/{repo}/issues/{number}/labels/{label}'
      const removal = async () => {
        const answer = await client.rest(call, route, { ...target(issue), label })
        parseAnswer(labelsSchema, answer.data, call)
      }
      await unlessGone(removal(), async () => {
        const { labels } = await readIssue(client, call, issue)
        return !labels.some(({ name }) => sameName(name, label))
      })
    },
    close: (issue) => update('close', issue, { state: 'closed', state_reason: 'completed' }),
    reopen: (issue) => update('reopen', issue, { state: 'open' }),
  }
}

/**
 * A 404 to a removal has two meanings: already gone, or an issue that this token cannot see (any more). Only `isGone`, which reads
 * the issue and fails if it cannot, tells them apart.
 */
async function unlessGone(removal: Promise<unknown>, isGone: () => Promise<unknown>): Promise<void> {
  try {
    await removal
  } catch (error) {
    if (!(error instanceof PortError) || error.category !== 'not-found') throw error
    if ((await isGone()) === false) throw error
  }
}

async function readIssue(client: Client, call: Call, issue: IssueRef): Promise<z.infer<typeof issueSchema>> {
  const answer = await client.rest(call, 'GET /repos/{owner}/{repo}/issues/{number}', target(issue))
  return parseAnswer(issueSchema, answer.data, call)
}

const createdSchema = z.object({ id: z.int() })

const labelsSchema = z.array(z.union([z.object({ name: z.string() }), z.string().transform((name) => ({ name }))]))

const issueSchema = z.object({ labels: labelsSchema })

function target(issue: IssueRef) {
  return { ...inRepo(issue.repo), number: issue.number }
}

function callFor(operation: string, issue: IssueRef): Call {
  return { port: 'tracker', operation, subject: issueName(issue) }
}
