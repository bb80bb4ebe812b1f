import type { Env, Files } from '../../src/config/sources.ts'

/** The least environment that loads: gates open, endpoints and tokens there. */
export function anOpenEnv(more: Env = {}): Env {
  return {
    AFK_KILL_SWITCH: 'false',
    AFK_ALLOWLIST: 'acme/shop',
    AFK_T3_URL: 'http://t3.example:3773',
    AFK_GITHUB_TOKEN: 'a-github-token',
    AFK_T3_TOKEN: 'a-t3-token',
    ...more,
  }
}

/** Files in memory; a missing one throws as `fs.readFileSync` does, and an `Error` value is thrown as it is. */
export function someFiles(contents: Readonly<Record<string, string | Error>> = {}): Files {
  return {
    read: (path) => {
      const content = Object.hasOwn(contents, path) ? contents[path] : undefined
      if (content instanceof Error) throw content
      if (content === undefined) throw systemError('ENOENT', path)
      return content
    },
  }
}

export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: open '${path}'`), { code, path })
}
