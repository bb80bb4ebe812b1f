import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { people } from '../../sandbox/slack/seed.ts'
import type { SlackSandbox } from '../../sandbox/slack/server.ts'
import { startSlack } from '../../sandbox/slack/server.ts'

let slack: SlackSandbox
beforeAll(async () => void (slack = await startSlack()))
afterAll(async () => slack.close())

const post = (form: Record<string, string>, token?: string) =>
  call('chat.postMessage', { channel: slack.channel, text: 'hi', ...form }, token)

async function call(
  method: string,
  form: Record<string, string>,
  token = slack.token,
  sandbox = slack,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.apiUrl}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(5_000),
  })
  return (await response.json()) as Record<string, unknown>
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })

describe('the Slack sandbox', () => {
  it('refuses an unknown token, which the emulator alone would take for an administrator', async () => {
    expect(await post({}, 'xoxb-unknown')).toEqual({ ok: false, error: 'invalid_auth' })
  })

  it('refuses an unknown channel', async () => {
    expect(await post({ channel: 'C404' })).toMatchObject({ ok: false, error: 'channel_not_found' })
  })

  it.each([
    ['a header over 150', [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }]],
    ['a header in mrkdwn', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }]],
    ['a section over 3,000', [section('x'.repeat(3_001))]],
    ['an empty section', [section('')]],
    ['51 blocks', Array.from({ length: 51 }, () => section('x'))],
    [
      'eleven context elements',
      [{ type: 'context', elements: Array.from({ length: 11 }, () => ({ type: 'mrkdwn', text: 'x' })) }],
    ],
    ['an empty row of buttons', [{ type: 'actions', elements: [] }]],
    ['a button without a label', [{ type: 'actions', elements: [{ type: 'button', url: 'https://a.example' }] }]],
    [
      'a button to nowhere',
      [{ type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'x' }, url: 'nowhere' }] }],
    ],
    [
      'two buttons of one action',
      [
        {
          type: 'actions',
          elements: [1, 2].map(() => ({ type: 'button', text: { type: 'plain_text', text: 'x' }, action_id: 'a' })),
        },
      ],
    ],
    ['an unknown field', [{ ...section('x'), colour: 'red' }]],
    ['an unknown block', [{ type: 'marquee' }]],
  ])('refuses %s as invalid_blocks and posts nothing', async (_what, blocks) => {
    const before = (await slack.messages()).length
    expect(await post({ blocks: JSON.stringify(blocks) })).toMatchObject({ ok: false, error: 'invalid_blocks' })
    expect(await slack.messages()).toHaveLength(before)
  })

  it('refuses a text over 40,000 characters', async () => {
    expect(await post({ text: 'x'.repeat(40_001) })).toMatchObject({ error: 'msg_too_long' })
  })

  const receiptOf = (answer: Record<string, unknown>) => ({ channel: slack.channel, ts: String(answer['ts']) })

  it('refuses a reply to what is gone, and to a reply, which the emulator alone would post', async () => {
    const first = receiptOf(await post({ text: 'first' }))
    const reply = receiptOf(await post({ text: 'reply', thread_ts: first.ts }))
    const refused = { ok: false, error: 'cannot_reply_to_message' }
    expect(await post({ thread_ts: reply.ts })).toEqual(refused)
    await slack.remove(first)
    expect(await post({ thread_ts: first.ts })).toEqual(refused)
    expect(await post({ thread_ts: '1.000001' })).toEqual(refused)
  })

  it('refuses blocks in an edit as it does in a message', async () => {
    const { channel, ts } = receiptOf(await post({ text: 'first' }))
    const blocks = JSON.stringify([section('')])
    expect(await call('chat.update', { channel, ts, text: 'x', blocks })).toMatchObject({ error: 'invalid_blocks' })
    expect(await call('chat.update', { channel, ts: '1.000001', text: 'x' })).toMatchObject({
      error: 'message_not_found',
    })
    expect((await slack.messages()).find((message) => message.ts === ts)).toMatchObject({
      text: 'first',
      edited: false,
    })
  })

  it('leaves people out of the reactions unless all are asked for', async () => {
    const receipt = receiptOf(await post({ text: 'vote' }))
    await slack.react(receipt, people.ann, 'x')
    await slack.react(receipt, people.ben, 'x')
    const form = { channel: receipt.channel, timestamp: receipt.ts }
    const some = [{ name: 'x', users: [people.ann], count: 2 }]
    expect(await call('reactions.get', form)).toMatchObject({ message: { reactions: some } })
    const all = [{ name: 'x', users: [people.ann, people.ben], count: 2 }]
    expect(await call('reactions.get', { ...form, full: 'true' })).toMatchObject({ message: { reactions: all } })
    await slack.unreact(receipt, people.ann, 'x')
    expect((await slack.messages()).at(-1)?.reactions).toEqual([{ name: 'x', users: [people.ben] }])
  })

  it('lets only its people react, each once', async () => {
    const receipt = receiptOf(await post({ text: 'vote' }))
    await slack.react(receipt, people.eve, 'x')
    await expect(slack.react(receipt, people.eve, 'x')).rejects.toThrow('already_reacted')
    await expect(slack.react({ ...receipt, ts: '1.1' }, people.eve, 'x')).rejects.toThrow('message_not_found')
  })

  it('refuses what the bot has no scope for, and names the scope', async () => {
    const bare = await startSlack({ scopes: ['chat:write'] })
    try {
      const form = { channel: bare.channel, timestamp: '1.1' }
      expect(await call('reactions.get', form, bare.token, bare)).toMatchObject({
        error: 'missing_scope',
        needed: 'reactions:read',
        provided: 'chat:write',
      })
      expect(await bare.messages()).toEqual([])
    } finally {
      await bare.close()
    }
  })

  it('shows what was posted, to the test and to people', async () => {
    expect(await post({ text: 'a visible bell', blocks: JSON.stringify([section('a visible bell')]) })).toMatchObject({
      ok: true,
      channel: slack.channel,
    })
    expect((await slack.messages()).at(-1)).toMatchObject({ text: 'a visible bell', user: 'U000000AFK' })
    const page = await (await fetch(slack.inspectorUrl, { signal: AbortSignal.timeout(5_000) })).text()
    expect(page).toContain('a visible bell')
  })
})
