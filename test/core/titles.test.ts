import { describe, expect, it } from 'vitest'
import { projectIdOf } from '../../src/core/ids.ts'
import {
  issueOfTitle,
  namelessThreads,
  ownThreads,
  projectTitle,
  threadTitle,
  workspaceRootOf,
} from '../../src/core/titles.ts'
import { parseRepoName } from '../../src/config/repo-name.ts'
import { aProject, aThreadSummary } from '../builders/thread.ts'

describe('threadTitle', () => {
  it('leads with the issue and stays one line', () => {
    expect(threadTitle('acme/shop', 42, ' Prices\n\tare  wrong ')).toBe('acme/shop#42 Prices are wrong')
    expect(threadTitle('acme/shop', 42, '   ')).toBe('acme/shop#42')
  })

  it('cuts a long title without halving a character', () => {
    const title = threadTitle('acme/shop', 42, `${'x'.repeat(119)}😀😀`)
    expect(title).toBe(`acme/shop#42 ${'x'.repeat(119)}`)
    expect(threadTitle('acme/shop', 42, 'a \uD800 b').isWellFormed()).toBe(true)
  })
})

describe('issueOfTitle', () => {
  it.each([
    ['acme/shop#42 Prices', { repo: 'acme/shop', number: 42 }],
    ['Acme/My.Repo_1-x#7', { repo: 'Acme/My.Repo_1-x', number: 7 }],
    ['mona_corp/shop#42 of a managed user', { repo: 'mona_corp/shop', number: 42 }],
    ['acme/shop#42Prices', null],
    ['acme/shop#042 Prices', null],
    ['acme/shop#0 Prices', null],
    ['acme/shop#99999999999 Prices', null],
    [' acme/shop#42 Prices', null],
    ['acme/shop/x#42 Prices', null],
    ['acme#42', null],
    ['', null],
    ['fix acme/shop#42', null],
  ])('reads %j', (title, issue) => {
    expect(issueOfTitle(title)).toEqual(issue)
  })

  it.each(['acme/shop', 'Mona_corp/x', 'a-/b', '0/0', `${'a'.repeat(39)}/${'b'.repeat(100)}`])(
    'reads back every name that the configuration takes: %s',
    (repo) => {
      expect(parseRepoName(repo)).toBeDefined()
      expect(issueOfTitle(threadTitle(repo, 42, 'Prices'))).toEqual({ repo, number: 42 })
    },
  )
})

describe('workspaceRootOf', () => {
  it('is one folder a repo', () => {
    expect(workspaceRootOf('/data', 'acme/shop')).toBe('/data/acme__shop')
    expect(workspaceRootOf('/data//', 'acme/shop')).toBe('/data/acme__shop')
    expect(workspaceRootOf('/', 'acme/shop')).toBe('/acme__shop')
  })
})

describe('ownThreads', () => {
  const thread = aThreadSummary()
  const issue = { repo: 'acme/shop', number: 42 }

  it('takes a thread of the derived project, known or not', () => {
    expect(ownThreads([thread], [])).toEqual([{ thread, issue }])
  })

  it.each([
    ['its title', { title: projectTitle('Acme/Shop'), workspaceRoot: '/elsewhere' }],
    ['its folder', { title: 'shop', workspaceRoot: '/Data/ACME__shop' }],
  ])('takes a thread of a project adopted by %s', (_, changes) => {
    const adopted = { ...thread, projectId: 'p-1' }
    expect(ownThreads([adopted], [aProject({ id: 'p-1', ...changes })])).toEqual([{ thread: adopted, issue }])
  })

  it.each([
    ['a title without an issue', { title: 'try something' }],
    ["an id of the executor's own (version 4)", { id: '8f037803-15a1-44d9-a6a4-f9bb44e4c309' }],
    ['no UUID', { id: 'x' }],
    ["a strange project's thread", { projectId: 'p-1' }],
    ['an unknown project', { projectId: 'p-2' }],
    ["another repo's project", { projectId: projectIdOf('acme/other') }],
  ])('leaves alone %s', (_, changes) => {
    const strange = aProject({ id: 'p-1', title: 'notes', workspaceRoot: '/home/me/xacme__shop' })
    expect(ownThreads([{ ...thread, ...changes }], [strange])).toEqual([])
  })
})

describe('namelessThreads', () => {
  const now = 1_000_000_000
  const renamed = aThreadSummary({ title: 'Prices, second try', state: 'working', updatedAt: 0 })
  const found = (changes: Partial<typeof renamed>, repos = ['acme/shop']) =>
    namelessThreads([{ ...renamed, ...changes }], [aProject({ id: 'p-1', title: 'acme/shop' })], repos, now).map(
      ({ repo }) => repo,
    )

  it('takes one at work in the derived project of a known repo, or in a project with the name of one', () => {
    expect(found({})).toEqual(['acme/shop'])
    expect(found({ projectId: 'p-1' }, [])).toEqual(['acme/shop'])
    expect(found({ state: 'waiting' })).toEqual(['acme/shop'])
  })

  it('takes one at rest for an hour', () => {
    expect(found({ state: 'settled', updatedAt: now - 3_600_000 })).toEqual(['acme/shop'])
    expect(found({ state: 'settled', updatedAt: now - 3_600_001 })).toEqual([])
  })

  it.each([
    ['a title that leads to an issue', { title: 'acme/shop#42 Prices' }],
    ["an id of the executor's own (version 4)", { id: '8f037803-15a1-44d9-a6a4-f9bb44e4c309' }],
    ["another repo's project", { projectId: projectIdOf('acme/other') }],
  ])('leaves alone %s', (_, changes) => {
    expect(found(changes)).toEqual([])
  })
})
