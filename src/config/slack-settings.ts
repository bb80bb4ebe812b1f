import { readEndpoint } from './endpoint.ts'
import type { Read } from './env-option.ts'
import { envProblem } from './problems.ts'
import type { Env } from './sources.ts'
import { envValue } from './sources.ts'

export interface SlackSettings {
  /** As the Slack client's `slackApiUrl`: ends in `/api/`. */
  readonly apiUrl: string
  /** A channel id, or `#name`. */
  readonly channel: string
  /** A user id (`U…`, `W…`), a user group id (`S…`), `here` or `channel`. */
  readonly mention: string | undefined
}

/**
 * Slack is configured when channel and token are both there, undefined when neither is; whether the token is any good
 * is for `secrets.ts`. No value is shown: whoever swaps two variables puts the token into one of these.
 */
export function readSlackSettings(env: Env): readonly Read<SlackSettings | undefined>[] {
  const apiUrl = readApiUrl(env)
  const channel = readChannel(env)
  const mention = readMention(env)
  const problems = [apiUrl, channel, mention].filter((read) => 'problem' in read)
  if (problems.length > 0) return problems
  if (!('value' in apiUrl && 'value' in channel && 'value' in mention) || channel.value === undefined) {
    return [{ value: undefined }]
  }
  return [{ value: { apiUrl: apiUrl.value, channel: channel.value, mention: mention.value } }]
}

function readApiUrl(env: Env): Read<string> {
  const name = 'AFK_SLACK_API_URL'
  const read = readEndpoint(env, name, 'https://slack.com/api/')
  if ('problem' in read) return read
  // The address comes without the slash at its end, and the client wants one.
  if (read.value.endsWith('/api')) return { value: `${read.value}/` }
  const remedy = 'unset it for Slack itself, or end it in /api/, such as https://slack.com/api/'
  return { problem: envProblem(name, 'an address ending in /api/', 'an address with another end', remedy) }
}

function readChannel(env: Env): Read<string | undefined> {
  const name = 'AFK_SLACK_CHANNEL'
  const channel = envValue(env, name)
  const token = envValue(env, 'AFK_SLACK_BOT_TOKEN') ?? envValue(env, 'AFK_SLACK_BOT_TOKEN_FILE')
  if (channel === undefined && token === undefined) return { value: undefined }
  if (channel === undefined) {
    const remedy = `set ${name}, or unset the token to go without Slack`
    return { problem: envProblem(name, 'a channel, because a Slack token is set', 'nothing', remedy) }
  }
  if (token === undefined) {
    const remedy = 'set AFK_SLACK_BOT_TOKEN_FILE, or unset the channel to go without Slack'
    return { problem: envProblem('AFK_SLACK_BOT_TOKEN', `a token, because ${name} is set`, 'nothing', remedy) }
  }
  if (/^(?:[CGD][A-Z\d]{1,30}|#[^\s#@<>]{1,80})$/.test(channel)) return { value: channel }
  const remedy = 'copy the id from the channel details in Slack'
  return { problem: envProblem(name, 'a channel id such as C0123456789, or #name', 'another text', remedy) }
}

function readMention(env: Env): Read<string | undefined> {
  const name = 'AFK_SLACK_MENTION'
  const mention = envValue(env, name)
  if (mention === undefined) return { value: mention }
  // Also as Slack writes it in a message, and as people do.
  const [, id = ''] =
    /^(?:<@([UW]\w+)>|<!subteam\^(S\w+)>|<!(here|channel)>|@?(here|channel)|([UWS]\w+))$/
      .exec(mention)
      ?.filter((part) => part !== undefined) ?? []
  if (id === 'here' || id === 'channel' || slackId.test(id)) return { value: id }
  const remedy = 'copy the id from the profile in Slack, without @, < and >'
  return { problem: envProblem(name, 'a user or group id, here or channel', 'another text', remedy) }
}

/** A short one has a digit, or it may be a word. */
const slackId = /^[UWS](?=[A-Z\d]{6}|[A-Z]*\d)[A-Z\d]{1,30}$/
