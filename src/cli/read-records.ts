import { join } from 'node:path'
import type { TickRecord } from '../app/recorder.ts'
import { RECORD_FORMAT } from '../core/record/record.ts'
import { readFailure } from '../config/sources.ts'
import type { Desk } from './desk.ts'

export type RecordFile =
  | { readonly file: string; readonly record: TickRecord }
  | { readonly file: string; readonly why: string }

/**
 * The decision records of files, of folders (all their `.json` files, by name) and of logs at debug level, in the order of the ticks.
 * What is none says why. Of a record only its frame is looked at: whether its facts fit is seen when it is decided again.
 */
export function readRecords(paths: readonly string[], desk: Pick<Desk, 'files' | 'list'>): readonly RecordFile[] {
  const found = paths
    .flatMap((path) => filesOf(path, desk))
    .flatMap((one) => ('why' in one ? [one] : readOne(one.file, desk)))
  return found.toSorted((a, b) => compareText(tickOf(a), tickOf(b)))
}

function filesOf(path: string, desk: Pick<Desk, 'list'>): readonly (RecordFile | { readonly file: string })[] {
  let names: readonly string[] | null
  try {
    names = desk.list(path)
  } catch (error) {
    return [{ file: path, why: readFailure(error) }]
  }
  if (names === null) return [{ file: path }]
  const files = names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).toSorted()
  return files.length === 0
    ? [{ file: path, why: 'a folder without a .json file' }]
    : files.map((name) => ({ file: join(path, name) }))
}

function readOne(file: string, { files }: Pick<Desk, 'files'>): readonly RecordFile[] {
  let text: string
  try {
    text = files.read(file)
  } catch (error) {
    return [{ file, why: readFailure(error) }]
  }
  const whole = parsed(text)
  if (whole !== undefined) return [framed(file, inLine(whole) ?? whole)]
  const lines = text.split('\n').flatMap((line) => inLine(parsed(line)) ?? [])
  return lines.length === 0
    ? [{ file, why: 'neither JSON nor a log at debug level with decision records in it' }]
    : lines.map((record) => framed(file, record))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The record that a line of the log carries; undefined for every other line. */
function inLine(line: unknown): unknown {
  return isObject(line) && line['event'] === 'record' ? line['record'] : undefined
}

function framed(file: string, value: unknown): RecordFile {
  if (!isObject(value) || !Number.isSafeInteger(value['format'])) {
    return { file, why: 'no decision record of afk: it has no format number' }
  }
  const { format, version, program, tick } = value
  const by = typeof version === 'string' ? `afk ${version}` : 'another afk'
  if (format !== RECORD_FORMAT) {
    const why = `its format is ${String(format)}, and this build reads format ${RECORD_FORMAT}: replay it with the build that wrote it (${by})`
    return { file, why }
  }
  if (typeof version !== 'string' || typeof tick !== 'string' || (program !== 'poller' && program !== 'watcher')) {
    return { file, why: 'a damaged decision record: version, tick or program are missing' }
  }
  return { file, record: value as unknown as TickRecord }
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function tickOf(one: RecordFile): string {
  return 'record' in one ? one.record.tick : ''
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
