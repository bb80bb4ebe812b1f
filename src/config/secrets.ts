import type { Problem } from './problems.ts'
import { envProblem } from './problems.ts'
import type { SecretRead } from './read-secret.ts'
import { PRIVATE_KEY, TOKEN, readSecret, readSecretFile } from './read-secret.ts'
import type { Secret } from './secret.ts'
import type { Env, Files } from './sources.ts'
import { envValue } from './sources.ts'

export type GithubCredentials =
  | { readonly kind: 'token'; readonly token: Secret }
  | {
      readonly kind: 'app'
      /** The app's number or its client id. */
      readonly appId: string
      readonly privateKey: Secret
      /** Undefined: to be found by the repos. */
      readonly installationId: number | undefined
    }

export interface Secrets {
  readonly github: GithubCredentials
  readonly t3: Secret
  /** Undefined: no Slack. */
  readonly slack: Secret | undefined
}

export const SECRET_VARIABLES: readonly (readonly [name: string, byDefault: string, meaning: string])[] = [
  ['AFK_GITHUB_TOKEN', 'none', 'Token for GitHub; or a GitHub App.'],
  ['AFK_GITHUB_TOKEN_FILE', 'none', 'The same from a file.'],
  ['AFK_GITHUB_APP_ID', 'none', 'GitHub App instead of a token.'],
  ['AFK_GITHUB_APP_PRIVATE_KEY_FILE', 'none', 'Its private key (PEM).'],
  ['AFK_GITHUB_APP_INSTALLATION_ID', 'found by the repos', 'Its installation.'],
  ['AFK_T3_TOKEN', 'required', 'Token for the executor.'],
  ['AFK_T3_TOKEN_FILE', 'none', 'The same from a file.'],
  ['AFK_SLACK_BOT_TOKEN', 'none', 'Bot token for Slack; with a channel or not at all.'],
  ['AFK_SLACK_BOT_TOKEN_FILE', 'none', 'The same from a file.'],
]

/** The credentials, or every problem of theirs; no problem holds a secret's value. */
export function readSecrets(
  env: Env,
  files: Files,
): { readonly secrets: Secrets | undefined; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const take = ({ secret, problem }: SecretRead): Secret | undefined => {
    if (problem !== undefined) problems.push(problem)
    return secret
  }
  const github = readGithub(env, files, take, problems)
  const t3 = readSecret(env, files, 'AFK_T3_TOKEN', TOKEN)
  if (t3.secret === undefined && t3.problem === undefined) {
    problems.push(
      missing('AFK_T3_TOKEN', 'a token for T3', 'issue one in T3 and set AFK_T3_TOKEN_FILE or AFK_T3_TOKEN'),
    )
  }
  const t3Secret = take(t3)
  const slack = take(readSecret(env, files, 'AFK_SLACK_BOT_TOKEN', TOKEN))
  if (github === undefined || t3Secret === undefined || problems.length > 0) return { secrets: undefined, problems }
  return { secrets: { github, t3: t3Secret, slack }, problems }
}

function readGithub(
  env: Env,
  files: Files,
  take: (read: SecretRead) => Secret | undefined,
  problems: Problem[],
): GithubCredentials | undefined {
  const token = readSecret(env, files, 'AFK_GITHUB_TOKEN', TOKEN)
  const hasToken = token.secret !== undefined || token.problem !== undefined
  const hasApp = APP_VARIABLES.some((name) => envValue(env, name) !== undefined)
  if (!hasToken && !hasApp) {
    const remedy =
      'set AFK_GITHUB_TOKEN_FILE or AFK_GITHUB_TOKEN, or AFK_GITHUB_APP_ID with AFK_GITHUB_APP_PRIVATE_KEY_FILE'
    problems.push(missing('AFK_GITHUB_TOKEN', 'a token or a GitHub App', remedy))
    return undefined
  }
  if (hasToken && hasApp) {
    problems.push({
      path: 'AFK_GITHUB_TOKEN and AFK_GITHUB_APP_ID',
      expected: 'a token or a GitHub App',
      got: 'both',
      remedy: 'unset the token or the variables of the app',
      source: 'env AFK_GITHUB_TOKEN',
    })
  }
  const secret = take(token)
  const app = hasApp ? readApp(env, files, take, problems) : undefined
  return secret === undefined ? app : { kind: 'token', token: secret }
}

const APP_VARIABLES = ['AFK_GITHUB_APP_ID', 'AFK_GITHUB_APP_PRIVATE_KEY_FILE', 'AFK_GITHUB_APP_INSTALLATION_ID']

function readApp(
  env: Env,
  files: Files,
  take: (read: SecretRead) => Secret | undefined,
  problems: Problem[],
): GithubCredentials | undefined {
  const keyVariable = 'AFK_GITHUB_APP_PRIVATE_KEY_FILE'
  const appId = envValue(env, 'AFK_GITHUB_APP_ID')
  const keyPath = envValue(env, keyVariable)
  const installation = envValue(env, 'AFK_GITHUB_APP_INSTALLATION_ID')
  if (appId === undefined) {
    problems.push(missing('AFK_GITHUB_APP_ID', 'the id of the GitHub App', 'copy it from the settings page of the app'))
  } else if (!/^(?:\d{1,15}|Iv[\w.]{6,64})$/.test(appId)) {
    problems.push(wrong('AFK_GITHUB_APP_ID', 'a number or a client id such as Iv23…'))
  }
  if (installation !== undefined && !/^[1-9]\d{0,14}$/.test(installation)) {
    problems.push(wrong('AFK_GITHUB_APP_INSTALLATION_ID', 'a whole number'))
  }
  if (keyPath === undefined) {
    problems.push(
      missing(keyVariable, 'the path of the private key of the app', `mount the key and set ${keyVariable}`),
    )
    return undefined
  }
  const privateKey = take(readSecretFile(files, keyVariable, keyPath, PRIVATE_KEY))
  if (appId === undefined || privateKey === undefined) return undefined
  return {
    kind: 'app',
    appId,
    privateKey,
    installationId: installation === undefined ? undefined : Number(installation),
  }
}

function missing(name: string, expected: string, remedy: string): Problem {
  return envProblem(name, expected, 'nothing', remedy)
}

/** The value is not shown: whoever swaps two variables puts a secret here. */
function wrong(name: string, expected: string): Problem {
  return envProblem(name, expected, 'another text', `correct ${name}`)
}
