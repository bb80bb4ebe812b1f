import { fail, ok, skipped, type Check } from './check.ts'

export const slackToken: Check = {
  name: 'slack-token',
  area: 'slack',
  opens: true,
  run: async ({ probe }) => {
    if (probe.notifier === null) return [skipped('', 'no Slack is configured: card and labels only')]
    const { team, user, scopes } = await probe.notifier.account()
    if (scopes !== null && !scopes.includes('chat:write')) {
      return [
        fail(
          '',
          'the bot lacks the scope chat:write: it cannot ring',
          'add the scope chat:write to the Slack app and install it again',
        ),
      ]
    }
    return [ok('', `${user} in ${team}${scopes === null ? '; Slack does not tell its scopes' : ''}`)]
  },
}
