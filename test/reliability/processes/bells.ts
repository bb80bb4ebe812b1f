import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { DoorbellKind } from '../../../src/core/effects.ts'
import type { FakeNotifier } from '../../fakes/notifier.ts'
import { checkMessage } from '../../sandbox/slack/check-message.ts'

/** Slack's three methods that afk calls; what is posted rings the lab's own bells, so that both kinds of tick are counted together. */
export async function startBells(
  bells: FakeNotifier,
  judge: () => 'serve' | 'nothing' | 'no answer',
): Promise<{ readonly apiUrl: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const verdict = judge()
      if (verdict === 'nothing') return
      const form = new URLSearchParams(body)
      const refusal = request.url?.endsWith('/reactions.get') ? null : checkMessage(form)
      if (refusal !== null) return void response.end(JSON.stringify(refusal))
      const answer = await serve(bells, request.url ?? '', form)
      if (verdict === 'no answer') return
      response.setHeader('content-type', 'application/json')
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
