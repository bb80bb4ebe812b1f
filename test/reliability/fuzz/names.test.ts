import { expect, it } from 'vitest'
import { priorityOf } from '../../../src/core/dispatch/priority.ts'
import { matchesGlob } from '../../../src/core/globs.ts'
import type { Actor, Commit } from '../../../src/core/model.ts'
import { findHead } from '../../../src/core/run/find-head.ts'
import { issueOfTitle } from '../../../src/core/titles.ts'
import { carriesTrailer, namesRun } from '../../../src/core/trailer.ts'
import { campaign } from './campaign.ts'
import { pick, spoil, spoilOften } from './hostile.ts'

/** What commits, labels, paths and titles say of a run, an urgency, a file or an issue. Anybody who may push or write names them. */

const timeout = 600_000
const runId = '907f74de-ba8d-56f0-b318-00052416d03f'
const other = '11111111-2222-5333-8444-555555555555'
const message = `Mend the cart\n\nCloses #1\n\nAFK-Run: ${runId}\n`

it('trailers: of the run that they name, on a line of their own', { timeout }, async () => {
  const line = new RegExp(`^\\s*afk-run[ \\t]*:[ \\t]*${runId}\\s*$`, 'iu')
  let good = 0
  const problems = await campaign('trailers', (random, noted) => {
    const text = noted(spoilOften(message, random))
    const carries = carriesTrailer(text, runId)
    if (carries !== text.split('\n').some((one) => line.test(one))) return `carries it: ${carries}`
    if (carries) good += 1
    if (carries && !namesRun(text)) return 'carries a trailer and names no run'
    return carriesTrailer(text, other) ? 'the trailer of another run' : null
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

const agent: Actor = { login: 'afk-agent', kind: 'user' }
const authors = [agent, agent, { login: 'Stranger', kind: 'user' }, { login: 'x[bot]', kind: 'bot' }, null] as const
const shas = ['c', 'b', 'a'].map((letter) => letter.repeat(40))

it(
  "heads: a believed commit with the run's trailer, never lost, and reverted only by a later one",
  { timeout },
  async () => {
    const isAgent = (author: Actor | null) => author === agent
    const said = [message, `Revert\n\nThis reverts commit ${shas[2]}.`, 'Merge branch']
    let good = 0
    let reverted = 0
    const problems = await campaign('heads', (random, noted) => {
      const commits = shas.map((sha, at): Commit => {
        const plain = pick(said, random)
        const words = random() < 0.4 ? plain : spoil(plain, random)
        return { sha, message: words, author: pick(authors, random), parents: shas.slice(at + 1, at + 2), url: '' }
      })
      const named = pick(shas, random).slice(0, 6 + Math.floor(random() * 8))
      const reported = random() < 0.7 ? [] : [random() < 0.5 ? named : spoil(named, random)]
      noted({ commits, reported })
      const isReported = (sha: string) => reported.some((one) => one.length >= 7 && sha.startsWith(one.toLowerCase()))
      const found = findHead(commits, runId, { believes: isAgent, isAgent, reported })
      const plain = commits.find((one) => one.message === message && (isAgent(one.author) || isReported(one.sha)))
      if (found === null) return plain === undefined ? null : `lost ${plain.sha}`
      good += 1
      const { head, own, later, pushedOnTop, revertedBy } = found
      if (plain !== undefined && commits.indexOf(head) > commits.indexOf(plain)) return 'not the newest'
      for (const one of own) {
        if (!carriesTrailer(one.message, runId)) return 'a commit of another run'
        if (!isAgent(one.author) && !isReported(one.sha)) return 'a commit by a stranger'
      }
      const newer = commits.slice(0, commits.indexOf(head)).map(({ sha }) => sha)
      if (![...later.map(({ sha }) => sha), ...pushedOnTop].every((sha) => newer.includes(sha)))
        return 'an older commit'
      if (revertedBy === null) return null
      reverted += 1
      const by = later.find(({ sha }) => sha === revertedBy)
      return by?.message.includes(head.sha.slice(0, 7)) === true ? null : 'reverted by nobody'
    })
    expect(problems).toEqual([])
    expect(good).toBeGreaterThan(1000)
    expect(reverted).toBeGreaterThan(100)
  },
)

it('priorities: a number that a label names, or none', { timeout }, async () => {
  const plain = ['priority:2', 'Priority / 10', 'P1', 'p9', 'bug']
  let named = 0
  const problems = await campaign('priorities', (random, noted) => {
    const labels = noted([spoil(pick(plain, random), random), spoil(pick(plain, random), random)])
    const found = priorityOf(labels, -7)
    if (priorityOf([...labels, 'P3'], -7) !== (found === -7 ? 3 : Math.min(found, 3))) return 'loses its neighbour'
    if (found === -7) return null
    named += 1
    if (!Number.isSafeInteger(found) || found < 0 || found > 999_999) return `no priority: ${found}`
    const said = labels.map((label) => /(?:^p|[:/] *)(\d+)$/i.exec(label.trim())?.[1])
    return said.some((digits) => digits !== undefined && Number(digits) === found) ? null : `nobody said ${found}`
  })
  expect(problems).toEqual([])
  expect(named).toBeGreaterThan(1000)
})

const patterns = ['.github/**', 'deploy/*.y?ml', '**/secrets/*', 'Dockerfile', 'src/**/*.test.ts', '/docs/', '*']
const paths = ['.github/workflows/ci.yml', 'deploy/base.yaml', 'a/b/secrets/key', 'src/x.test.ts', 'docs/a.md']

it('paths: named by a pattern as a regular expression would have it', { timeout }, async () => {
  const known = new Map(patterns.map((pattern) => [pattern, asExpression(pattern)]))
  let good = 0
  const problems = await campaign('paths', (random, noted) => {
    const plain = pick(patterns, random)
    const pattern = random() < 0.9 ? plain : spoil(plain, random).slice(0, 30)
    const path = spoil(pick(paths, random), random).slice(0, 80)
    noted({ pattern, path })
    const matches = matchesGlob(pattern, path)
    if (matches) good += 1
    // An expression with many stars may take for ever, which is why afk has none.
    if ((pattern.match(/\*/g)?.length ?? 0) > 4) return null
    const names = path.split('/').filter((name) => name !== '' && name !== '.')
    const expected = (known.get(pattern) ?? asExpression(pattern)).test(names.map((name) => `/${name}`).join(''))
    return matches === expected ? null : `${pattern}: ${matches}, ${path}`
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

function asExpression(pattern: string): RegExp {
  const names = pattern.split('/').filter((name) => name !== '' && name !== '.')
  if (names.length === 0) return /(?!)/
  const parts = names.map((name) => (name === '**' ? '(?:/[^/]+)*' : `/${name.replaceAll(/./gsu, asSign)}`))
  const isFolder = pattern.endsWith('/') || !/[*?]/.test(pattern)
  return new RegExp(`^${parts.join('')}${isFolder ? '(?:/[^/]+)*' : ''}$`, 'u')
}

function asSign(sign: string): string {
  if (sign === '*') return '[^/]*'
  return sign === '?' ? '[^/]' : `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`
}

it("titles of threads: the issue that afk's own form names, or none", { timeout }, async () => {
  const titles = ['acme/shop#12 Mend the cart', 'Acme/web.site_2#1', 'a/b#999999999 x']
  let good = 0
  const problems = await campaign('titles', (random, noted) => {
    const title = noted(spoilOften(pick(titles, random), random))
    const issue = issueOfTitle(title)
    if (issue === null) return titles.includes(title) ? 'a title that is lost' : null
    good += 1
    if (!Number.isSafeInteger(issue.number) || issue.number < 1) return `no issue: ${issue.number}`
    const start = `${issue.repo}#${issue.number}`
    if (!/^(?:\s|$)/.test(title.slice(start.length)) || !title.startsWith(start)) return `does not say ${start}`
    return /^[A-Za-z\d][\w-]*\/[\w.-]+$/.test(issue.repo) ? null : `no repo: ${issue.repo}`
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})
