import { createSlack } from '../../../src/adapters/slack/create-slack.ts'
import { notifierContract } from '../../contracts/notifier.contract.ts'
import { fakeNotifier } from '../../fakes/notifier.ts'
import { people } from '../../sandbox/slack/seed.ts'
import { startSlack } from '../../sandbox/slack/server.ts'

notifierContract('Slack', async () => {
  const slack = await startSlack()
  const token = { read: () => slack.token, reload: () => slack.token }
  const { apiUrl, channel } = slack
  return {
    notifier: createSlack({
      token,
      apiUrl,
      channel,
      mention: 'U0ONCALL',
      userAgent: 'afk-test',
      deadline: () => 5_000,
      timeout: 1_000,
    }),
    heard: async () =>
      (await slack.messages()).map((message) => {
        const text = JSON.stringify(message)
        return { text, mentioned: text.includes('<@U0ONCALL>'), thread: message.thread }
      }),
    said: async ({ ts }) => JSON.stringify((await slack.messages()).find((message) => message.ts === ts)),
    people: [people.ann, people.ben],
    react: slack.react,
    remove: slack.remove,
    fail: (how) => {
      slack.faults.clear()
      if (how === 'auth') slack.faults.add({ kind: { error: 'invalid_auth' } })
      if (how === 'rate') slack.faults.add({ kind: '429' })
      if (how === 'refused') slack.faults.add({ kind: { error: 'channel_not_found' } })
      if (how === 'unavailable') slack.faults.add({ kind: '500' })
    },
    close: slack.close,
  }
})

notifierContract('fake', async () => {
  const notifier = fakeNotifier()
  return {
    notifier,
    heard: async () =>
      notifier.rung.map((message, index) => ({
        text: JSON.stringify(message),
        mentioned: message.mention,
        thread: notifier.posted[index]?.thread?.ts ?? null,
      })),
    said: async ({ ts }) => notifier.said(ts),
    people: ['UANN', 'UBEN'],
    react: notifier.react,
    remove: notifier.remove,
    fail: notifier.fail,
    close: async () => {},
  }
})
