import { projectIdOf } from '../../core/ids.ts'
import { sameName } from '../../core/model.ts'
import { workspaceRootOf } from '../../core/titles.ts'
import { ok, skipped, warn, type Check } from './check.ts'

/** The repos' projects in T3, and where their checkouts are. One that is missing is made at the first dispatch. */
export const t3Projects: Check = {
  name: 't3-projects',
  area: 't3',
  run: async ({ world, repos, policy }) => {
    const { projects } = await world.executor.threads()
    if (repos.length === 0) return [skipped('', `${projects.length} projects; the allowlist is empty`)]
    return repos.map((repo) => {
      const root = workspaceRootOf(policy.repo(repo).workspaceBase, repo)
      const own = projects.find(({ id, workspaceRoot }) => id === projectIdOf(repo) || workspaceRoot === root)
      if (own?.workspaceRoot === root) return ok(repo, `project in ${root}`)
      if (own) {
        // Deleted, it would hold the id that afk needs for a new one, for ever.
        const remedy = `set workspaceBase to where ${own.workspaceRoot} is`
        return warn(repo, `its project is in ${own.workspaceRoot}, expected ${root}`, remedy)
      }
      const other = projects.find(({ title }) => sameName(title, repo))
      return other
        ? warn(
            repo,
            `T3 has a project of its name in ${other.workspaceRoot}; afk would make another in ${root}`,
            'set workspaceBase so that they meet, or leave both',
          )
        : ok(repo, `no project yet: the first dispatch makes one in ${root}`)
    })
  },
}
