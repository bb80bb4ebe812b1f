import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readRecords } from '../../../src/cli/read-records.ts'
import { replayDocument } from '../../../src/cli/replay-document.ts'
import { thePolicy } from '../../builders/policy.ts'
import { campaign } from './campaign.ts'
import { pick, spoilOften } from './hostile.ts'
import { strangeIn } from './plain-data.ts'
import { spoilJson } from './spoil-json.ts'

const timeout = 600_000
const config = { file: null, environment: false }

it('decision records: decided again, or a reason why not', { timeout }, async () => {
  const records = ['poller', 'watcher'].map(sample)
  const options = { defaults: thePolicy(), policy: null }
  let good = 0
  // What is decided again costs a hundred times what reading the frame does.
  const attempt = (random: () => number) => {
    const record = spoilJson(pick(records, random), random)
    const text = JSON.stringify(random() < 0.2 ? { event: 'record', record } : record)
    const files = readRecords(['r.json'], { files: { read: () => text }, list: () => null })
    const document = replayDocument(files, options, '1.0.0', config)
    good += document.totals.records
    if (document.totals.records + document.totals.unreadable !== 1) return 'neither decided nor refused'
    return document.unreadable.some(({ why }) => why === '') ? 'refused without a reason' : null
  }
  expect(await campaign('decision records', attempt, 3000)).toEqual([])
  expect(good).toBeGreaterThan(100)
})

it('frames of decision records: a record of this format, or a reason', { timeout }, async () => {
  const frame = { format: 1, version: '1.0.0', tick: '2026-11-21T03:00:00.000Z', program: 'poller', policy: {} }
  let good = 0
  const problems = await campaign('frames of records', (random) => {
    const json = JSON.stringify(
      random() < 0.3 ? { event: 'record', record: spoilJson(frame, random) } : spoilJson(frame, random),
    )
    const text = random() < 0.3 ? spoilOften(`{"event":"tick"}\n${json}\n`, random) : json
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
