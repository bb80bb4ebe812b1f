export interface SlackAccount {
  readonly token: string
  readonly scopes: readonly string[]
}

/** `#general` has this id on every emulator. */
export const channel = 'C000000001'

/** People of the workspace, by their ids: two who may be trusted with an approval, and one who is nobody. */
export const people = { ann: 'U000000ANN', ben: 'U000000BEN', eve: 'U000000EVE' } as const

/** What the sandbox itself reads with, whatever the bot may. */
export const readerToken = 'xoxp-sandbox-reader'

export function tokenOf(user: string): string {
  return `xoxp-sandbox-${user}`
}

/** A bot needs both entries: the app that brings the user, and a token whose `user_id` is the app's `bot_user_id`. */
export function slackSeed(account: SlackAccount): { readonly slack: Record<string, unknown> } {
  const app = { app_id: 'A000000AFK', client_id: '1.afk', bot_id: 'B000000AFK', bot_user_id: 'U000000AFK' }
  const scopes = [...account.scopes]
  const reader = { token: readerToken, type: 'user', user_id: 'U000000001', scopes: ['channels:history'] }
  return {
    slack: {
      team: { name: 'Sandbox', domain: 'sandbox' },
      oauth_apps: [{ ...app, client_secret: 'sandbox', name: 'afk', redirect_uris: [], scopes, bot_name: 'afk' }],
      tokens: [
        { ...app, token: account.token, type: 'bot', user_id: app.bot_user_id, scopes },
        reader,
        ...Object.values(people).map((user) => ({
          token: tokenOf(user),
          type: 'user',
          user_id: user,
          scopes: ['reactions:write'],
        })),
      ],
      // Without it the emulator lets every token do everything.
      strict_scopes: true,
    },
  }
}
