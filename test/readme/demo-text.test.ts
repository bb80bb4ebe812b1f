import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../sandbox/world.ts'
import { createTimeline } from '../demo/timeline.ts'
import { answers, settle } from '../demo/village.ts'

/** The README shows the demo as text: shortened, and never something else than the demo prints. */

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'README.md'), 'utf8')
const shown =
  /```text\n( *\d+\.\ds {2}(?:poller|watcher|person)[\s\S]*?)```/u.exec(page)?.[1]?.trimEnd().split('\n') ?? []
const stories = settle(createWorld({ clock: { now: () => 0 } }))
const [timeline = [], table = [], end = []] = shown
  .join('\n')
  .split('\n\n')
  .map((part) => part.split('\n'))

describe('the demo in the README', () => {
  it('has all three parts: what happened, how it ended, what it took', () => {
    expect(timeline.length).toBeGreaterThan(4)
    expect(table.length).toBeGreaterThan(4)
    expect(end).toHaveLength(2)
  })

  it.each(timeline.filter((line) => line.includes('  person  ')))('"%s" is what a person does', (line) => {
    const [, seconds, place, deed] = /^ *(\d+\.\d)s {2}person +(\S+#\d+) +☺ (.+)$/u.exec(line) ?? []
    const printed: string[] = []
    createTimeline(
      (text) => void printed.push(text),
      () => Number(seconds) * 1000,
    ).person(place ?? '', deed ?? '')
    expect(printed).toEqual([line])
    const [, answer] = /^answers on the issue: "(.+)"$/u.exec(deed ?? '') ?? []
    if (answer !== undefined) expect(Object.values(answers)).toContain(answer)
  })

  it.each(timeline.filter((line) => !line.includes('  person  ')))('"%s" is a line that the demo can print', (line) => {
    const [, seconds, program, repo, issue, decision, codes] =
      /^ *(\d+\.\d)s {2}(poller|watcher) +(\S+)#(\d+) +\S ([a-z-]+)(?: \((.+)\))?$/u.exec(line) ?? []
    const printed: string[] = []
    createTimeline(
      (text) => void printed.push(text),
      () => Number(seconds) * 1000,
    ).log({
      event: 'decision',
      program: program ?? '',
      repo: repo ?? '',
      issue: Number(issue),
      decision: decision ?? '',
      codes: codes === undefined ? [decision ?? ''] : codes.split(', '),
    })
    expect(printed).toEqual([line])
    expect(stories.some((story) => story.repo === repo && story.number === Number(issue))).toBe(true)
  })

  it('happened in the order of its times', () => {
    const times = timeline.map((line) => Number.parseFloat(line))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it.each(table.slice(1))('"%s" is how that issue ends', (row) => {
    const [issue, what, outcome, why] = row.split(/ {2,}/u)
    const story = stories.find(({ repo, number }) => `${repo}#${number}` === issue)
    expect(story?.about).toBe(what)
    expect([outcome, why]).toEqual(story?.why === '' ? ['skipped', story.ends] : [story?.ends, story?.why])
  })

  it('counts the issues and the repos', () => {
    const repos = new Set(stories.map(({ repo }) => repo)).size
    expect(end[1]).toBe(`All ${stories.length} issues ended as they should.`)
    expect(page).toContain(`with ${words[stories.length]} issues in ${words[repos]} repos`)
  })
})

const words: readonly string[] =
  'no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  )
