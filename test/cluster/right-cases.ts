import { beforeAll, describe, expect, it } from 'vitest'
import { programs, rendered } from '../deploy/manifests.ts'
import { grantsOf } from '../deploy/roles.ts'
import type { Rule } from '../sandbox/kubernetes/rbac.ts'
import type { Bench } from './bench.ts'
import { discover, pathOf, type Resource } from './discovery.ts'
import type { KubeApi } from './kube-api.ts'
import { tokenOf } from './token.ts'

/** What every account may anywhere: ask who it is, and what it may (the default ClusterRole `system:basic-user`). */
const everybodys = [
  'create selfsubjectaccessreviews.authorization.k8s.io/*',
  'create selfsubjectreviews.authentication.k8s.io/*',
  'create selfsubjectrulesreviews.authorization.k8s.io/*',
]
const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const
type Verb = (typeof verbs)[number]

/** RBAC by the API server's own word, with the tokens of the two accounts: what the Roles grant, and not one call more. */
export function rightCases(bench: () => Bench): void {
  describe.each(programs)('the account of the %s', (program) => {
    let as: KubeApi
    let resources: readonly Resource[]
    const granted = (namespace: string) =>
      grantsOf(rendered('example'), `afk-${program}`)
        .filter((rule) => rule.namespace === namespace)
        .flatMap(wordsOf)

    beforeAll(async () => {
      const { api } = bench()
      as = api.as(await tokenOf(api, `afk-${program}`))
      resources = await discover(api)
    })

    it.each(['afk', 'shop', 'default', 'kube-system'])(
      'may in %s what its Roles say, and nothing else',
      async (namespace) => {
        const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }
        const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'
        const { status } = await as.get(path, { method: 'POST', body: review })
        const may = (status.resourceRules as Rule[]).flatMap(wordsOf)
        expect([...new Set(may)].toSorted()).toEqual([...granted(namespace), ...everybodys].toSorted())
      },
    )

    it.each(['afk', 'shop'])(
      'is answered 403 to every call in %s that they do not name',
      async (namespace) => {
        const namespaced = resources.filter((resource) => resource.namespaced)
        const calls = namespaced.flatMap((resource) => callsOf(resource))
        const seen = await answersTo(as, calls, namespace)
        const let_in = seen.filter(({ status }) => status !== 403).map(({ words }) => words)
        const meant = calls.map(({ words }) => words).filter((words) => isGranted(granted(namespace), words))
        expect(let_in.toSorted()).toEqual(meant.toSorted())
        expect(seen.length).toBeGreaterThan(200)
      },
      60_000,
    )

    it('is answered 403 to every call for the whole cluster', async () => {
      const calls = resources.flatMap((resource) => callsOf(resource))
      const seen = await answersTo(as, calls, undefined)
      const let_in = seen.filter(({ status }) => status !== 403).map(({ words }) => words)
      expect(let_in.filter((words) => !isGranted(everybodys, words))).toEqual([])
      expect(seen.length).toBeGreaterThan(200)
    }, 60_000)
  })

  it('a token that it did not issue is answered 401', async () => {
    const stranger = bench().api.as('eyJhbGciOiJub25lIn0.e30.')
    expect(await stranger.ask('/apis/coordination.k8s.io/v1/namespaces/afk/leases/afk-poller')).toMatchObject({
      status: 401,
      body: { kind: 'Status' },
    })
    stranger.close()
  })
}

interface Call {
  readonly words: string
  readonly resource: Resource
  readonly verb: Verb
  readonly name: string | undefined
}

/** Each verb that the server has for it, on the names that the Roles know. */
function callsOf(resource: Resource): readonly Call[] {
  const { group, name: plural, verbs: known } = resource
  const names = ['afk-poller', 'afk-watcher', 'web']
  const one: readonly Verb[] = ['get', 'update', 'patch', 'delete']
  return verbs
    .filter((verb) => known.includes(verb))
    .flatMap((verb) =>
      (one.includes(verb) || plural.includes('/') ? names : [undefined]).map((name) => ({
        words: `${verb} ${plural}.${group}/${name ?? '*'}`,
        resource,
        verb,
        name,
      })),
    )
}

const methods = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
} as const

/** Authorization comes before the body is read: an empty one harms nothing, and dry runs keep what is let in from being done. */
async function answersTo(as: KubeApi, calls: readonly Call[], namespace: string | undefined) {
  const seen: { words: string; status: number }[] = []
  for (let at = 0; at < calls.length; at += 4) {
    const answers = calls.slice(at, at + 4).map(async ({ words, resource, verb, name }) => {
      const method = methods[verb]
      const query = verb === 'watch' ? '?watch=1&timeoutSeconds=1' : method === 'GET' ? '' : '?dryRun=All'
      const { status } = await as.ask(`${pathOf(resource, namespace, name)}${query}`, {
        method,
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
        ...(method === 'PATCH' && { type: 'application/merge-patch+json' }),
      })
      return { words, status }
    })
    seen.push(...(await Promise.all(answers)))
  }
  return seen
}

/** `get leases.coordination.k8s.io/afk-poller`; a rule without names stands for all of them. */
function wordsOf({ apiGroups, resources, verbs: allowed, resourceNames = [] }: Rule): readonly string[] {
  const names = resourceNames.length === 0 ? ['*'] : resourceNames
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      allowed.flatMap((verb) => names.map((name) => `${verb} ${resource}.${group}/${name}`)),
    ),
  )
}

function isGranted(grants: readonly string[], words: string): boolean {
  return grants.includes(words) || grants.includes(words.replace(/\/[^/]*$/, '/*'))
}
