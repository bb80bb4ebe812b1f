import { quoted } from './text.ts'

export const MENTION_WORDS = 'a user id (U… or W…), a user group id (S…), here or channel'

// Slack's ids: a letter for the kind, then capitals and digits. Nine or more in practice; older ones were shorter. A short one has a
// digit, or it may be a word.
const USER = /^[UW](?=[A-Z0-9]{6}|[A-Z]*[0-9])[A-Z0-9]{1,30}$/
const GROUP = /^S(?=[A-Z0-9]{6}|[A-Z]*[0-9])[A-Z0-9]{1,30}$/

/**
 * Slack's markup for whom an escalation mentions (`AFK_SLACK_MENTION`). Undefined when the text is none of {@link MENTION_WORDS}:
 * a name such as `@ann` mentions nobody through the API, so it is an error rather than a message that nobody hears.
 */
export function parseMention(text: string): string | undefined {
  const word = text.trim()
  if (USER.test(word)) return `<@${word}>`
  if (GROUP.test(word)) return `<!subteam^${word}>`
  if (word === 'here' || word === 'channel') return `<!${word}>`
  return undefined
}

/** A member by the name that Slack knows. Only for edits, which notify nobody; an id that is none is shown as it is, as code. */
export function memberMarkup(id: string): string {
  return USER.test(id) ? `<@${id}>` : quoted(id, 100)
}
