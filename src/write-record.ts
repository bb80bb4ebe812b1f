import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TickRecord } from './app/recorder.ts'
import type { Json, Reporter } from './app/report.ts'
import type { Settings } from './config/settings.ts'

/** The longest record, in bytes: a hundred times what a busy tick needs, so that no odd repo ever fills a disk or a log. */
export const LONGEST_RECORD = 4 * 1024 * 1024

/**
 * Puts a tick's record where the settings want it: into a file of its own in `AFK_RECORD_DIR`, made with its folder, complete or not
 * there at all; and into the log at debug level. Nothing is ever deleted. Whatever fails is a warning: no tick fails for its record.
 */
export function writeRecord(
  record: TickRecord,
  { recordDir, logLevel }: Pick<Settings, 'recordDir' | 'logLevel'>,
  report: Reporter,
): void {
  if (recordDir === undefined && logLevel !== 'debug') return
  const text = JSON.stringify(record)
  const bytes = Buffer.byteLength(text)
  if (bytes > LONGEST_RECORD) {
    report.note('warning', {
      message: `no decision record: it has ${bytes} bytes, and the longest allowed has ${LONGEST_RECORD}`,
    })
    return
  }
  if (logLevel === 'debug') report.note('record', { record: JSON.parse(text) as Json })
  if (recordDir === undefined) return
  try {
    writeWhole(recordDir, `${record.program}-${record.tick.replaceAll(':', '-')}.json`, text)
  } catch (error) {
    // By its code alone: a message of the file system holds paths only, but nobody promises that.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    report.note('warning', { message: `the decision record could not be written to AFK_RECORD_DIR (${code})` })
  }
}

/** Beside it first, under a name that no reader looks for; the name of this process keeps two writers apart. */
function writeWhole(folder: string, name: string, text: string): void {
  makeFolder(folder)
  const unfinished = join(folder, `.${name}.${process.pid}.tmp`)
  try {
    writeFileSync(unfinished, `${text}\n`, { flag: 'wx' })
    renameSync(unfinished, join(folder, name))
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

/**
 * With its parents, each tried once. Node's own `recursive` tries for ever where a parent is there and the folder cannot be made in it
 * with ENOENT, as below `/proc` (Node 24).
 */
function makeFolder(folder: string, hasParent = false): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOENT' || hasParent || dirname(folder) === folder) throw error
    makeFolder(dirname(folder))
    makeFolder(folder, true)
  }
}
