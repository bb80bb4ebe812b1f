import { peopleOf, type People } from './people.ts'
import { startGitHubServer, type GitHubServer } from './server.ts'
import { createGitHubState } from './state/create.ts'
import type { GitHubState } from './state/model.ts'
import { addRepo, type RepoInput } from './state/repos.ts'
import { addToken, addUser } from './state/users.ts'

export interface Answer {
  status: number
  headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into JSON whose shape the validator has checked already
  body: any
}

export interface Harness {
  state: GitHubState
  people: People
  server: GitHubServer
  /** Moves the sandbox's clock forward. */
  pass: (ms: number) => void
  rest: (method: string, path: string, options?: { as?: string; body?: unknown; accept?: string }) => Promise<Answer>
  graphql: (query: string, options?: { as?: string; variables?: Record<string, unknown> }) => Promise<Answer>
}

/**
 * A GitHub for the sandbox's own tests: repository acme/shop with one person for each role. Tokens are `token-<login>`.
 * The clock stands still until a test moves it.
 */
export async function startHarness(repo: RepoInput = {}): Promise<Harness> {
  let now = Date.UTC(2026, 0, 5, 9, 0, 0)
  const state = createGitHubState({ clock: { now: () => now } })
  for (const login of ['acme', 'ada', 'mona', 'wendy', 'tri', 'rea', 'stranger', 'afk']) {
    addUser(state, login)
    addToken(state, `token-${login}`, login)
  }
  const collaborators = {
    ada: 'admin',
    mona: 'maintain',
    wendy: 'write',
    tri: 'triage',
    rea: 'read',
    afk: 'write',
  } as const
  addRepo(state, 'acme/shop', { collaborators, labels: ['ready-for-agent'], ...repo })
  const server = await startGitHubServer(state)
  const send = async (method: string, url: string, as: string, body: unknown, accept: string): Promise<Answer> => {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { accept, ...(as === '' ? {} : { authorization: `Bearer token-${as}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = (response.headers.get('content-type') ?? '').includes('application/json')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    }
  }
  return {
    state,
    people: peopleOf(state),
    server,
    pass: (ms) => {
      now += ms
    },
    rest: (method, path, { as = 'afk', body, accept = 'application/json' } = {}) =>
      send(method, server.url + path, as, body, accept),
    graphql: (query, { as = 'afk', variables = {} } = {}) =>
      send('POST', server.graphqlUrl, as, { query, variables }, 'application/json'),
  }
}
