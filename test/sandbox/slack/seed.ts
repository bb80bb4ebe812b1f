export interface SlackAccount {
  readonly token: string
  readonly scopes: readonly string[]
}

/** `#general` has this id on every emulator. */
export const channel = 'C000000001'

/** A bot needs both entries: the app that brings the user, and a token whose `user_id` is the app's `bot_user_id`. */
export function slackSeed(account: SlackAccount): { readonly slack: Record<string, unknown> } {
  const app = { app_id: 'A000000AFK', client_id: '1.afk', bot_id: 'B000000AFK', bot_user_id: 'U000000AFK' }
  const scopes = [...account.scopes]
  return {
    slack: {
      team: { name: 'Sandbox', domain: 'sandbox' },
      oauth_apps: [{ ...app, client_secret: 'sandbox', name: 'afk', redirect_uris: [], scopes, bot_name: 'afk' }],
      tokens: [{ ...app, token: account.token, type: 'bot', user_id: app.bot_user_id, scopes }],
    },
  }
}
