import { fail, ok, skipped, warn, type Check } from './check.ts'

/** Below a tenth of the hourly limit the poller dispatches nothing (SPEC 5). */
export const githubLimit: Check = {
  name: 'github-limit',
  area: 'github',
  run: async ({ world }) => {
    const left = world.tracker.remaining()
    if (left === null) return [skipped('', 'GitHub does not tell its limit')]
    const words = `${Math.floor(left * 100)} % of the hourly limit is left`
    const remedy = 'give afk an account or an App of its own, or look for what else uses this one'
    if (left < 0.1) return [fail('', `${words}: below 10 % nothing is dispatched`, remedy)]
    return left < 0.3 ? [warn('', words, remedy)] : [ok('', words)]
  },
}
