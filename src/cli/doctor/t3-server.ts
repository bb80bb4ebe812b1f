import { ok, warn, type Check } from './check.ts'

export const t3Server: Check = {
  name: 't3-server',
  area: 't3',
  opens: true,
  run: async ({ probe }) => {
    const { version, supported } = await probe.executor.server()
    if (version === supported) return [ok('', `T3 Code ${version}`)]
    const told = version ?? 'of an unknown version'
    return [warn('', `T3 Code ${told}; afk was measured on ${supported}`, `try a run on it first, or run ${supported}`)]
  },
}
