import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { DoorbellKind } from '../../../src/core/effects.ts'
import type { FakeNotifier } from '../../fakes/notifier.ts'
import { checkMessage } from '../../sandbox/slack/check-message.ts'
import type { Call } from '../calls.ts'
import type { Fate } from './arrivals.ts'
import { callOf } from './write-of.ts'

/**
 * Slack's three methods that afk calls; what is posted rings the lab's own bells, so that both kinds of tick are counted together.
 * `judge` is told of each request, with the write that it is; `tokens` are good at this moment.
 */
export async function startBells(
  bells: FakeNotifier,
  tokens: ReadonlySet<string>,
  judge: (write: Call | null) => Fate,
): Promise<{ readonly apiUrl: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const form = new URLSearchParams(body)
      const url = request.url ?? ''
      const isKnown = tokens.has((request.headers.authorization ?? '').replace(/^Bearer /, ''))
      const fate = judge(isKnown ? writeOf(url, form) : null)
      if (fate === 'nothing') return
      response.setHeader('content-type', 'application/json')
      // docs.slack.dev: refusals come with status 200; this one also for a token that was revoked.
      if (!isKnown) return void response.end(JSON.stringify({ ok: false, error: 'invalid_auth' }))
      const refusal = url.endsWith('/reactions.get') ? null : checkMessage(form)
      if (refusal !== null) return void response.end(JSON.stringify(refusal))
      const answer = await serve(bells, url, form)
      if (fate === 'no answer') return
      if (typeof fate === 'number') await pause(fate)
      response.end(JSON.stringify({ ok: true, ...answer }))
    })
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

/** Looking at reactions changes nothing. */
function writeOf(url: string, form: URLSearchParams): Call | null {
  if (url.endsWith('/reactions.get')) return null
  if (url.endsWith('/chat.update')) return callOf('notifier', 'update', {})
  return callOf('notifier', 'ring', messageOf(form.get('text') ?? ''))
}

async function serve(bells: FakeNotifier, url: string, form: URLSearchParams): Promise<object> {
  const channel = form.get('channel') ?? ''
  const receipt = { channel, ts: form.get('ts') ?? form.get('timestamp') ?? '' }
  if (url.endsWith('/reactions.get')) return { message: { reactions: await bells.reactions(receipt) } }
  const message = messageOf(form.get('text') ?? '')
  if (url.endsWith('/chat.update')) {
    await bells.update(receipt, message)
    return receipt
  }
  const thread = form.get('thread_ts')
  return bells.ring(message, thread === null ? {} : { thread: { channel, ts: thread } })
}

const kinds: readonly (readonly [RegExp, DoorbellKind])[] = [
  [/#\d+ landed/, 'done'],
  [/#\d+ is frozen/, 'frozen'],
  [/#\d+ needs a person/, 'needs-human'],
  [/#\d+ waits for/, 'waiting'],
  [/#\d+ asks a question/, 'question'],
  [/#\d+ asks for your yes/, 'approval'],
  [/#\d+ is ready to merge/, 'ready-to-merge'],
]

function messageOf(words: string) {
  const place = /([\w.-]+\/[\w.-]+)#(\d+)/.exec(words)
  const kind = kinds.find(([pattern]) => pattern.test(words))?.[1]
  if (place?.[1] === undefined || kind === undefined) throw new Error(`a bell that says nothing known: ${words}`)
  return { kind, headline: words, repo: place[1], issue: Number(place[2]), paragraphs: [], buttons: [], mention: false }
}
