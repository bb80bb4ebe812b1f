import { randomUUID } from 'node:crypto'
import { createSlack } from '../../../src/adapters/slack/create-slack.ts'
import type { Receipt } from '../../../src/ports/notifier.ts'
import { aDoorbell } from '../../contracts/notifier.contract.ts'
import type { SlackSandbox } from '../../sandbox/slack/server.ts'
import type { Exceptions } from './faults.ts'
import { tokenFile, type ConnectOptions, type Operations, type Ready } from './service.ts'

type Slack = Ready<Awaited<ReturnType<typeof openSlack>>>

/** A message of its own in a channel that all cases share, because each emulator is a server more. */
export async function openSlack(slack: SlackSandbox) {
  const mark = randomUUID()
  const { token: good, channel } = slack
  const upstream = slack.apiUrl.replace(/\/api\/$/, '')
  const notifier = (apiUrl: string, token: ReturnType<typeof tokenFile>['token'], deadlineMs: number) =>
    createSlack({ token, apiUrl, channel, mention: null, userAgent: 'afk/test', deadline: () => deadlineMs })
  const first: Receipt = await notifier(slack.apiUrl, tokenFile(good, false).token, 5000).ring(
    aDoorbell({ headline: `First ${mark}` }),
  )
  const connected = {
    upstream,
    connect: (url: string, { deadlineMs, stale }: ConnectOptions) => {
      const { token, rotate, reloads } = tokenFile(good, stale)
      return { ports: { notifier: notifier(`${url}/api/`, token, deadlineMs) }, rotate, reloads }
    },
    close: async () => {},
  }
  const count = async (words: string) => (await slack.messages()).filter(({ text }) => text.includes(words)).length
  return { ...connected, first, mark, count }
}

/** Slack says what is wrong in its JSON; a bare status is its edge's, or a proxy's. */
export function slackWords(status: number) {
  return { type: 'application/json; charset=utf-8', body: JSON.stringify({ message: `Status ${String(status)}` }) }
}

/** No status but these means anything in Slack's API: an answer without `ok` is nobody's. */
export const slackExceptions: Exceptions = {
  '404': 'contract',
  '409': 'contract',
  '422': 'contract',
  '301 on the same host': 'contract',
  '301 to another host': 'contract',
}

export const notifierRows: Operations<Slack> = {
  ring: [
    {
      manner: 'once',
      ask: async ({ ports, mark }) => void (await ports.notifier.ring(aDoorbell({ headline: `Ring ${mark}` }))),
      done: ({ count, mark }) => count(`Ring ${mark}`),
    },
  ],
  update: [
    {
      manner: 'again',
      ask: ({ ports, first, mark }) => ports.notifier.update(first, aDoorbell({ headline: `Answered ${mark}` })),
      done: ({ count, mark }) => count(`Answered ${mark}`),
    },
  ],
  reactions: [{ manner: 'again', ask: ({ ports, first }) => ports.notifier.reactions(first), answers: [] }],
}
