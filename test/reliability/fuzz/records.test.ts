import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readRecords } from '../../../src/cli/read-records.ts'
import type { TickRecord } from '../../../src/app/recorder.ts'
import { replayDocument } from '../../../src/cli/replay-document.ts'
import { replayText } from '../../../src/cli/replay-text.ts'
import { thePolicy } from '../../builders/policy.ts'
import { campaign, type Attempt } from './campaign.ts'
import { pick, spoilOften } from './hostile.ts'
import { strangeIn } from './plain-data.ts'
import { spoilJson } from './spoil-json.ts'

const timeout = 600_000
const config = { file: null, environment: false }

/** Deciding once more is no parsing: the frame's hundred thousand are below, and this costs ten times as much. */
const sizes = { bounded: 5000, full: 200_000 }

it('decision records: decided again, or a reason why not', { timeout }, async () => {
  const records = ['poller', 'watcher'].map(sample)
  const options = { defaults: thePolicy(), policy: null }
  const replayed = (record: unknown) =>
    replayDocument([{ file: 'r.json', record: record as TickRecord }], options, '1.0.0', config)
  for (const record of records) expect(replayed(record).totals).toMatchObject({ records: 1, differs: 0, unreadable: 0 })
  let good = 0
  // The watcher's costs thrice as much: eighty hashes of ids that its thread may have got.
  const picked = [records[0], records[0], records[1]]
  const attempt: Attempt = (random, noted) => {
    const record = noted(spoilJson(pick(picked, random), random))
    // The frame is looked at before: see below.
    if (!isFramed(record)) return null
    const document = replayed(record)
    good += document.totals.records
    if (document.totals.records + document.totals.unreadable !== 1) return 'neither decided nor refused'
    if (/\p{Cc}/u.test(replayText(document, (_style, text) => text).replaceAll('\n', '')))
      return 'a terminal would obey this'
    return document.unreadable.some(({ why }) => why === '') ? 'refused without a reason' : null
  }
  expect(await campaign('decision records', attempt, sizes)).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

function isFramed(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { format, version, tick, program } = value as Record<string, unknown>
  return (
    format === 1 &&
    typeof version === 'string' &&
    typeof tick === 'string' &&
    (program === 'poller' || program === 'watcher')
  )
}

it('frames of decision records: a record of this format, or a reason', { timeout }, async () => {
  const frame = { format: 1, version: '1.0.0', tick: '2026-11-21T03:00:00.000Z', program: 'poller', policy: {} }
  let good = 0
  const problems = await campaign('frames of records', (random, noted) => {
    const json = JSON.stringify(
      random() < 0.3 ? { event: 'record', record: spoilJson(frame, random) } : spoilJson(frame, random),
    )
    const text = noted(random() < 0.3 ? spoilOften(`{"event":"tick"}\n${json}\n`, random) : json)
    const found = readRecords(['r.json'], { files: { read: () => text }, list: () => null })
    if (found.length === 0) return 'neither a record nor a reason'
    for (const one of found) {
      if ('why' in one && one.why === '') return 'refused without a reason'
      if ('record' in one) good += 1
      if ('record' in one && (one.record.format !== 1 || typeof one.record.tick !== 'string')) return 'no whole frame'
    }
    return strangeIn(found)
  })
  expect(problems).toEqual([])
  expect(good).toBeGreaterThan(1000)
})

function sample(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../samples/records/${name}.json`, import.meta.url), 'utf8'))
}
