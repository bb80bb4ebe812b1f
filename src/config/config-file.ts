import { fileSchema } from './file-schema.ts'
import type { Layer } from './layer.ts'
import { layerOf, valueAt } from './layer.ts'
import type { Problem } from './problems.ts'
import { describeValue } from './problems.ts'
import type { RepoName } from './repo-name.ts'
import { REPO_NAME_WORDS, parseRepoName } from './repo-name.ts'
import { formatPath, schemaProblems } from './schema-problems.ts'
import type { Files } from './sources.ts'
import { TUNABLES } from './tunables.ts'
import type { YamlFile } from './yaml-file.ts'
import { readYamlFile } from './yaml-file.ts'

export interface RepoEntry {
  readonly repo: RepoName
  readonly layer: Layer
  readonly source: string
}

interface FileTunables {
  readonly layer: Layer
  readonly repos: readonly RepoEntry[]
  readonly problems: readonly Problem[]
}

/** What the file says. Layers hold values that are valid only when there is no problem. No path: nothing said. */
export async function readConfigFile(path: string | undefined, files: Files, named?: string): Promise<FileTunables> {
  if (path === undefined) return { layer: new Map(), repos: [], problems: [] }
  const file = await readYamlFile(path, files, named)
  if ('problems' in file) return { layer: new Map(), repos: [], problems: file.problems }
  return tunablesIn(file, fileSchema())
}

/** What a file that is read says, by `fileSchema()`. */
export function tunablesIn(file: YamlFile, schema: ReturnType<typeof fileSchema>): FileTunables {
  const checked = schema.safeParse(file.content)
  const faults = checked.success
    ? []
    : schemaProblems(checked.error.issues, {
        input: file.content,
        whole: file.named,
        above: [],
        sourceOf: file.sourceOf,
      })
  const { repos, problems } = readRepos(file)
  const shared = TUNABLES.filter(({ scope }) => scope !== 'repo-only')
  return {
    layer: layerOf(file.content, shared, file.sourceOf),
    repos,
    problems: [...faults, ...problems],
  }
}

function readRepos(file: YamlFile): { repos: RepoEntry[]; problems: Problem[] } {
  const mapping = valueAt(file.content, ['repos'])
  // A list is the schema's problem already.
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) return { repos: [], problems: [] }
  const allowed = TUNABLES.filter(({ scope }) => scope !== 'global')
  const repos = new Map<string, RepoEntry>()
  const problems: Problem[] = []
  for (const key of Object.keys(mapping)) {
    const at = ['repos', key]
    const source = file.sourceOf(at)
    const repo = parseRepoName(key)
    if (repo === undefined) {
      const remedy = 'name the repo in full'
      problems.push({
        path: formatPath(at),
        expected: REPO_NAME_WORDS,
        got: describeValue(key),
        remedy,
        source,
      })
    } else if (repos.has(repo.key)) {
      const expected = 'every repo once (letter case does not count)'
      const remedy = 'make one entry of the two'
      problems.push({
        path: formatPath(at),
        expected,
        got: `${describeValue(key)} again`,
        remedy,
        source,
      })
    } else {
      const layer = layerOf(valueAt(mapping, [key]), allowed, (path) => file.sourceOf([...at, ...path]))
      repos.set(repo.key, { repo, layer, source })
    }
  }
  return { repos: [...repos.values()], problems }
}
