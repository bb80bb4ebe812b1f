import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SlackOptions } from '../../../src/adapters/slack/create-slack.ts'
import { createSlack } from '../../../src/adapters/slack/create-slack.ts'
import type { PortError } from '../../../src/ports/errors.ts'
import { aDoorbell } from '../../contracts/notifier.contract.ts'
import type { SlackFault } from '../../sandbox/slack/faults.ts'
import type { SlackSandbox } from '../../sandbox/slack/server.ts'
import { startSlack } from '../../sandbox/slack/server.ts'

let slack: SlackSandbox
beforeAll(async () => void (slack = await startSlack()))
afterAll(async () => slack.close())
afterEach(() => {
  slack.faults.clear()
  slack.rotate(slack.token)
})

function make(more: Partial<SlackOptions> = {}) {
  const { apiUrl, channel, token } = slack
  return createSlack({
    token: { read: () => token, reload: () => token },
    apiUrl,
    channel,
    mention: null,
    userAgent: 'afk/0.1.0',
    deadline: () => 5_000,
    timeout: 1500,
    ...more,
  })
}

async function failing(notifier: ReturnType<typeof make>): Promise<PortError> {
  return notifier.ring(aDoorbell()).then(
    () => expect.fail('expected the ring to fail'),
    (error: unknown) => error as PortError,
  )
}

interface Case {
  readonly kind: SlackFault['kind']
  readonly retryAfter?: number | null
  readonly category: string
  readonly says: RegExp
  readonly seconds?: number | null
}

const cases: readonly Case[] = [
  { kind: { error: 'invalid_auth' }, category: 'auth', says: /invalid_auth.*AFK_SLACK_BOT_TOKEN/ },
  { kind: { error: 'not_authed' }, category: 'auth', says: /not_authed/ },
  { kind: { error: 'token_revoked' }, category: 'auth', says: /token_revoked/ },
  { kind: { error: 'missing_scope' }, category: 'forbidden', says: /chat:write/ },
  { kind: { error: 'channel_not_found' }, category: 'refused', says: /AFK_SLACK_CHANNEL/ },
  { kind: { error: 'not_in_channel' }, category: 'refused', says: /invite the bot/ },
  { kind: { error: 'msg_too_long' }, category: 'refused', says: /limit of Slack/ },
  { kind: { error: 'invalid_blocks' }, category: 'refused', says: /layout/ },
  { kind: { error: 'some_new_code' }, category: 'refused', says: /some_new_code/ },
  { kind: { error: 'internal_error' }, category: 'unavailable', says: /internal_error/ },
  { kind: 'ratelimited', category: 'rate', says: /ratelimited/ },
  { kind: '429', retryAfter: 60, category: 'rate', says: /429/, seconds: 60 },
  { kind: '429', retryAfter: null, category: 'rate', says: /429/, seconds: null },
  { kind: '429', retryAfter: 0, category: 'rate', says: /429/, seconds: 0 },
  { kind: '500', category: 'unavailable', says: /500/ },
  { kind: 'hang', category: 'unavailable', says: /timeout/ },
  { kind: 'reset', category: 'unavailable', says: /no answer/ },
  { kind: 'html', category: 'contract', says: /characters that are not JSON/ },
  { kind: 'truncated-json', category: 'contract', says: /not JSON.*AFK_SLACK_API_URL/ },
  // An error that is no code: what the client makes of a page.
  { kind: { error: 'Proxy says: xoxb-secret' }, category: 'contract', says: /fields ok, error/ },
]

describe('what Slack answers, as categories', () => {
  it.each(cases)('$kind -> $category', async ({ kind, retryAfter, category, says, seconds }) => {
    slack.faults.add({ kind, method: 'chat.postMessage', ...(retryAfter === undefined ? {} : { retryAfter }) })
    const before = slack.requests.length
    const error = await failing(make())
    expect(error).toMatchObject({ name: 'PortError', port: 'notifier', operation: 'ring', category })
    expect(error.message).toMatch(says)
    if (seconds !== undefined) expect(error.retryAfter).toBe(seconds)
    // Never sent a second time: a message is not idempotent, and the client's own retries are off.
    expect(slack.requests.length - before).toBe(1)
    expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(/xoxb-|basket/)
  })

  it('refuses a connection to nothing as unavailable', async () => {
    const error = await failing(make({ apiUrl: 'http://127.0.0.1:9/api/' }))
    expect(error).toMatchObject({ category: 'unavailable' })
    expect(error.message).toMatch(/ECONNREFUSED|connection failed/)
  })

  it('counts a message whose answer was lost as unavailable, though it stands in the channel', async () => {
    const before = (await slack.messages()).length
    slack.faults.add({ kind: 'lost-answer', method: 'chat.postMessage', times: 1 })
    expect(await failing(make())).toMatchObject({ category: 'unavailable' })
    expect(await slack.messages()).toHaveLength(before + 1)
  })
})

describe('a rate limit', () => {
  it('is waited for when it ends within the deadline, and the message then rings once', async () => {
    const before = (await slack.messages()).length
    slack.faults.add({ kind: '429', method: 'chat.postMessage', retryAfter: 1, times: 1 })
    const started = performance.now()
    await make().ring(aDoorbell())
    expect(performance.now() - started).toBeGreaterThanOrEqual(990)
    expect(await slack.messages()).toHaveLength(before + 1)
  })
})

describe('the deadline', () => {
  it('starts nothing when no time is left', async () => {
    const before = slack.requests.length
    const error = { category: 'unavailable', isTooLate: true }
    expect(await failing(make({ deadline: () => 0 }))).toMatchObject(error)
    expect(slack.requests.length).toBe(before)
  })

  it('shortens the timeout of a request', async () => {
    slack.faults.add({ kind: 'hang' })
    const started = performance.now()
    expect(await failing(make({ deadline: () => 150, timeout: 10_000 }))).toMatchObject({ category: 'unavailable' })
    expect(performance.now() - started).toBeLessThan(8_000)
  })

  it('leaves time for what must be written down of a message that gets no answer', async () => {
    slack.faults.add({ kind: 'hang' })
    const started = performance.now()
    const left = () => 3_000 - (performance.now() - started)
    const error = { category: 'unavailable', isTooLate: false }
    expect(await failing(make({ deadline: left, timeout: 10_000 }))).toMatchObject(error)
    expect(left()).toBeGreaterThan(0)
  })
})

describe('the token', () => {
  it('is read again once when Slack refuses it, and the new one rings', async () => {
    slack.rotate('xoxb-second')
    let reloads = 0
    const token = {
      read: () => slack.token,
      reload: () => {
        reloads += 1
        return 'xoxb-second\n'
      },
    }
    const receipt = await make({ token }).ring(aDoorbell())
    expect(receipt.channel).toBe(slack.channel)
    expect(reloads).toBe(1)
  })

  it('is given up when the new one is refused as well', async () => {
    slack.rotate('xoxb-third')
    const before = slack.requests.length
    const token = { read: () => slack.token, reload: () => 'xoxb-wrong' }
    expect(await failing(make({ token }))).toMatchObject({ category: 'auth' })
    expect(slack.requests.length - before).toBe(2)
  })

  it.each([
    ['empty', () => ' '],
    ['with a line break inside', () => 'xoxb-a\nb'],
    [
      'unreadable',
      () => {
        throw new Error('EACCES /run/secrets/slack')
      },
    ],
  ])('that is %s is an auth error without its content', async (_what, read) => {
    const error = await failing(make({ token: { read, reload: read } }))
    expect(error).toMatchObject({ category: 'auth' })
    expect(error.message).not.toMatch(/xoxb-a/)
  })
})

describe('the request', () => {
  it('carries our user agent and turns off every automatic link', async () => {
    await make().ring(aDoorbell())
    const last = slack.requests.at(-1)
    expect(last).toMatchObject({ method: 'chat.postMessage', userAgent: 'afk/0.1.0' })
    expect(last?.form).toMatchObject({
      parse: 'none',
      link_names: 'false',
      unfurl_links: 'false',
      unfurl_media: 'false',
      channel: slack.channel,
    })
  })

  it('survives a lone surrogate, at which a form encoder would throw', async () => {
    const broken = 'half \ud800 a pair'
    await make().ring(aDoorbell({ headline: broken, paragraphs: [{ label: broken, text: broken, quote: broken }] }))
    expect((await slack.messages()).at(-1)?.text).toContain('half \ufffd a pair')
  })
})

describe('AFK_SLACK_MENTION', () => {
  it.each(['@ann', 'ann', 'URSULA', '<@U0ONCALL>', 'U0ONCALL S0GROUP1', 'everyone', '@here', 'u0oncall', '<!channel>'])(
    'refuses %j at once',
    (mention) => {
      expect(() => make({ mention })).toThrow(/AFK_SLACK_MENTION: expected a user id/)
    },
  )

  it.each([
    ['U0ONCALL', '<@U0ONCALL>'],
    ['W012A3CDE', '<@W012A3CDE>'],
    ['U123', '<@U123>'],
    ['S0GROUP12', '<!subteam^S0GROUP12>'],
    ['here', '<!here>'],
    ['channel', '<!channel>'],
  ])('%s mentions as %s', async (mention, markup) => {
    await make({ mention }).ring(aDoorbell())
    const message = (await slack.messages()).at(-1)
    expect(message?.text.startsWith(`${markup} `)).toBe(true)
    expect(JSON.stringify(message?.blocks)).toContain(markup)
  })
})
