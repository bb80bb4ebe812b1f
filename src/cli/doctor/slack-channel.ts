import { fail, ok, skipped, warn, type Check } from './check.ts'

export const slackChannel: Check = {
  name: 'slack-channel',
  area: 'slack',
  run: async ({ probe, settled }) => {
    const id = settled.config.settings.slack?.channel ?? ''
    if (probe.notifier === null) return [skipped('', 'no Slack is configured')]
    const channel = await probe.notifier.channel()
    if (channel.kind === 'missing') {
      return [
        fail(
          id,
          `the bot sees no such channel (${channel.why})`,
          'set AFK_SLACK_CHANNEL to the id of the channel; invite the bot if it is private',
        ),
      ]
    }
    if (channel.kind !== 'seen') {
      return [
        warn(
          id,
          `cannot be looked at (${channel.why}); whether the bot may post is not known`,
          'give the bot channels:read (groups:read for private channels), or try it with a test message',
        ),
      ]
    }
    if (channel.archived)
      return [fail(id, `#${channel.name} is archived`, 'choose another channel in AFK_SLACK_CHANNEL')]
    if (channel.member) return [ok(id, `#${channel.name}, the bot is a member`)]
    return [
      warn(
        id,
        `the bot is no member of #${channel.name}`,
        `write /invite @… in #${channel.name}, or give the bot chat:write.public`,
      ),
    ]
  },
}
