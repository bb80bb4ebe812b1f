import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SlackSandbox } from '../../sandbox/slack/server.ts'
import { startSlack } from '../../sandbox/slack/server.ts'

let slack: SlackSandbox
beforeAll(async () => void (slack = await startSlack()))
afterAll(async () => slack.close())

async function post(form: Record<string, string>, token = slack.token): Promise<Record<string, unknown>> {
  const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ channel: slack.channel, text: 'hi', ...form }),
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
