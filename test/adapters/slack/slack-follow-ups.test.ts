import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createSlack, type SlackOptions } from '../../../src/adapters/slack/create-slack.ts'
import type { Receipt } from '../../../src/ports/notifier.ts'
import { aDoorbell } from '../../contracts/notifier.contract.ts'
import { people } from '../../sandbox/slack/seed.ts'
import { startSlack, type SlackSandbox } from '../../sandbox/slack/server.ts'

let slack: SlackSandbox
beforeAll(async () => void (slack = await startSlack()))
afterAll(async () => slack.close())
afterEach(() => slack.faults.clear())

function make(more: Partial<SlackOptions> = {}, sandbox = slack) {
  const { apiUrl, channel, token } = sandbox
  return createSlack({
    token: { read: () => token, reload: () => token },
    apiUrl,
    channel,
    mention: 'U0ONCALL',
    userAgent: 'afk/0.1.0',
    deadline: () => 20_000,
    ...more,
  })
}

const messageAt = async ({ ts }: Receipt) => (await slack.messages()).find((message) => message.ts === ts)
const methodsSince = (before: number) => slack.requests.slice(before).map(({ method }) => method)

describe('a follow-up', () => {
  it('that mentions people is shown in the channel as well; a quiet one stays in its thread', async () => {
    const first = await make().ring(aDoorbell())
    const loud = await make().ring(aDoorbell({ mention: true }), { thread: first })
    const quiet = await make().ring(aDoorbell({ kind: 'done', mention: false }), { thread: first })
    expect(await messageAt(loud)).toMatchObject({ thread: first.ts, broadcast: true })
    expect(await messageAt(quiet)).toMatchObject({ thread: first.ts, broadcast: false })
  })

  it.each([
    'cannot_reply_to_message',
    'restricted_action_thread_locked',
    'restricted_action_non_threadable_channel',
    'thread_not_found',
    'message_not_found',
    'channel_not_found',
    'not_in_channel',
    'is_archived',
  ])('that Slack refuses with %s rings in the channel, once', async (error) => {
    const first = await make().ring(aDoorbell())
    const count = (await slack.messages()).length
    slack.faults.add({ kind: { error }, method: 'chat.postMessage', times: 1 })
    const receipt = await make().ring(aDoorbell(), { thread: first })
    expect(await messageAt(receipt)).toMatchObject({ thread: null })
    expect(await slack.messages()).toHaveLength(count + 1)
  })

  it.each(['invalid_blocks', 'restricted_action', 'internal_error'])('that fails with %s fails', async (error) => {
    const first = await make().ring(aDoorbell())
    slack.faults.add({ kind: { error }, method: 'chat.postMessage' })
    const before = slack.requests.length
    await expect(make().ring(aDoorbell(), { thread: first })).rejects.toThrow(error)
    expect(methodsSince(before)).toEqual(['chat.postMessage'])
  })

  it('whose answer was lost is not sent a second time', async () => {
    const first = await make().ring(aDoorbell())
    const count = (await slack.messages()).length
    slack.faults.add({ kind: 'lost-answer', method: 'chat.postMessage', times: 1 })
    await expect(make().ring(aDoorbell(), { thread: first })).rejects.toMatchObject({ category: 'unavailable' })
    expect(await slack.messages()).toHaveLength(count + 1)
  })

  it('stands in the channel of the message it follows, whatever is configured by now', async () => {
    const first = await make().ring(aDoorbell())
    const receipt = await make({ channel: 'C000000002' }).ring(aDoorbell(), { thread: first })
    expect(receipt.channel).toBe(slack.channel)
  })
})

const resolved = { what: 'Approved', by: { member: people.ann }, at: Date.UTC(2026, 10, 21, 9, 5) }

describe('an update', () => {
  it('strikes out what was asked, says how it ended, keeps the buttons, and pings nobody', async () => {
    const receipt = await make().ring(aDoorbell({ kind: 'approval' }))
    await make().update(receipt, aDoorbell({ kind: 'approval', resolved }))
    const message = await messageAt(receipt)
    expect(message).toMatchObject({
      edited: true,
      text: `*Approved* by <@${people.ann}> · 2026-11-21 09:05 UTC · Needs a person: nothing was pushed`,
    })
    const texts = JSON.stringify(message?.blocks)
    expect(texts).toContain('~Needs a person: nothing was pushed~')
    expect(texts).toContain('https://github.com/acme/shop/issues/42')
    expect(texts).not.toMatch(/U0ONCALL|"header"/)
  })

  it.each(['reset', '500'] as const)('is made again after %s, and not more than twice', async (kind) => {
    const receipt = await make().ring(aDoorbell())
    slack.faults.add({ kind, method: 'chat.update', times: 2 })
    let before = slack.requests.length
    await make().update(receipt, aDoorbell({ resolved }))
    expect(methodsSince(before)).toEqual(['chat.update', 'chat.update', 'chat.update'])
    slack.faults.add({ kind, method: 'chat.update' })
    before = slack.requests.length
    await expect(make().update(receipt, aDoorbell({ resolved }))).rejects.toMatchObject({ category: 'unavailable' })
    expect(methodsSince(before)).toHaveLength(3)
  })

  it('that has used up its time is not made again: nothing may wait for a courtesy', async () => {
    const receipt = await make().ring(aDoorbell())
    slack.faults.add({ kind: 'hang', method: 'chat.update' })
    const before = slack.requests.length
    await expect(make({ timeout: 300 }).update(receipt, aDoorbell())).rejects.toThrow(/timeout/)
    expect(methodsSince(before)).toHaveLength(1)
  })

  it('waits for a short rate limit and not for a long one', async () => {
    const receipt = await make().ring(aDoorbell())
    slack.faults.add({ kind: '429', method: 'chat.update', retryAfter: 1, times: 1 })
    await make().update(receipt, aDoorbell({ resolved }))
    slack.faults.add({ kind: '429', method: 'chat.update', retryAfter: 6 })
    const before = slack.requests.length
    const error = make({ deadline: () => 45_000 }).update(receipt, aDoorbell())
    await expect(error).rejects.toMatchObject({ category: 'rate', retryAfter: 6 })
    expect(methodsSince(before)).toHaveLength(1)
  })

  it.each([
    ['message_not_found', 'not-found'],
    ['cant_update_message', 'refused'],
    ['edit_window_closed', 'refused'],
    ['token_revoked', 'auth'],
    ['missing_scope', 'forbidden'],
  ])('%s -> %s', async (error, category) => {
    const receipt = await make().ring(aDoorbell())
    slack.faults.add({ kind: { error }, method: 'chat.update' })
    await expect(make().update(receipt, aDoorbell())).rejects.toMatchObject({
      operation: 'update',
      category,
      message: expect.stringContaining(`chat.update: Slack says ${error}`) as unknown,
    })
  })
})

describe('reactions', () => {
  it('are asked for in full: Slack leaves people out of a short list', async () => {
    const receipt = await make().ring(aDoorbell())
    for (const user of Object.values(people)) await slack.react(receipt, user, 'x')
    expect(await make().reactions(receipt)).toEqual([{ name: 'x', users: Object.values(people) }])
    expect(slack.requests.at(-1)).toMatchObject({ method: 'reactions.get', form: { full: 'true' } })
    await slack.unreact(receipt, people.ben, 'x')
    expect(await make().reactions(receipt)).toEqual([{ name: 'x', users: [people.ann, people.eve] }])
  })

  it('without the scope are forbidden, and the scope is named', async () => {
    const bare = await startSlack({ scopes: ['chat:write'] })
    try {
      const receipt = await make({}, bare).ring(aDoorbell())
      await expect(make({}, bare).reactions(receipt)).rejects.toMatchObject({
        operation: 'reactions',
        category: 'forbidden',
        message: 'reactions.get: Slack says missing_scope; give the bot the scope reactions:read and install it again',
      })
    } finally {
      await bare.close()
    }
  })

  it('are asked for again after no answer', async () => {
    const receipt = await make().ring(aDoorbell())
    slack.faults.add({ kind: 'reset', method: 'reactions.get', times: 1 })
    expect(await make().reactions(receipt)).toEqual([])
  })

  it.each(['html', 'truncated-json'] as const)(
    'that are no answer of Slack’s (%s) break the contract',
    async (kind) => {
      const receipt = await make().ring(aDoorbell())
      slack.faults.add({ kind, method: 'reactions.get' })
      await expect(make().reactions(receipt)).rejects.toMatchObject({
        category: 'contract',
        message: expect.stringContaining('reactions.get: expected a JSON object with ok and the message') as unknown,
      })
    },
  )
})
