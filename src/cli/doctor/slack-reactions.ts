import { approversOf } from '../../core/people/approvers.ts'
import type { NotifierProbe } from '../../ports/probe.ts'
import { fail, ok, skipped, warn, type Check, type Finding, type Room } from './check.ts'

/** Where people may say yes by a reaction in Slack (SPEC 16.2), the bot can see it. GitHub alone works without. */
export const slackReactions: Check = {
  name: 'slack-reactions',
  area: 'slack',
  run: async (room) => {
    const asked = whoIsAsked(room)
    if (!asked.inSlack) return [skipped('', 'approval.by names nobody in Slack')]
    const { notifier } = room.probe
    if (notifier === null) {
      const message = 'approval.by names people in Slack, and no Slack is configured: nobody there is asked'
      return [weigh(asked, message, 'set AFK_SLACK_BOT_TOKEN and AFK_SLACK_CHANNEL, or name GitHub logins')]
    }
    const { scopes } = await notifier.account()
    if (scopes === null) return [ok('', 'Slack does not tell the bot’s scopes; it needs reactions:read')]
    const missing = await missingScopes(notifier, scopes)
    if (missing.length === 0) return [ok('', 'reactions on a doorbell are seen')]
    const message = `the bot lacks the scope ${missing.join(' and ')}: a reaction on a doorbell is not seen`
    return [weigh(asked, message, `add ${missing.join(' and ')} to the Slack app and install it again`)]
  },
}

interface Asked {
  readonly inSlack: boolean
  /** In some repo nobody else may say yes. */
  readonly slackAlone: boolean
}

function whoIsAsked({ repos, policy }: Room): Asked {
  const asking = repos.map((repo) => policy.repo(repo).approval).filter(({ before }) => before.length > 0)
  const approvers = asking.map(({ by }) => approversOf(by)).filter(({ members }) => members.length > 0)
  return { inSlack: approvers.length > 0, slackAlone: approvers.some(({ logins }) => logins.length === 0) }
}

function weigh({ slackAlone }: Asked, message: string, remedy: string): Finding {
  return slackAlone
    ? fail('', `${message}, and nobody else may approve`, remedy)
    : warn('', `${message}; approval on GitHub works`, remedy)
}

/** The scope for a channel's history goes by its kind; one that cannot be looked at may be of either. */
async function missingScopes(notifier: NotifierProbe, scopes: readonly string[]): Promise<readonly string[]> {
  const channel = await notifier.channel()
  const history = channel.kind === 'seen' ? [channel.private ? 'groups:history' : 'channels:history'] : bothKinds
  return [
    ...(scopes.includes('reactions:read') ? [] : ['reactions:read']),
    ...(history.some((scope) => scopes.includes(scope)) ? [] : [history.join(' or ')]),
  ]
}

const bothKinds = ['channels:history', 'groups:history']
