import { MARKER_END, MARKER_START, MARKER_VERSION } from './card-marker.ts'
import { cardShape } from './card-shape.ts'
import type { Card } from './card.ts'

export type ParsedCard =
  | { readonly kind: 'none' }
  | { readonly kind: 'card'; readonly card: Card }
  /** Written by a later afk: the run is left alone (SPEC 6.2). */
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'broken'; readonly why: string }

/**
 * The card in a comment. Says nothing of who wrote the comment: that the caller must know first. Exactly one marker, complete and of
 * the right shape, is a card; whatever else begins like one is broken, with the reason, and never a guess. Never throws.
 */
export function parseCard(body: string): ParsedCard {
  const starts = markerStarts(body)
  const [start] = starts
  if (start === undefined) return { kind: 'none' }
  const newest = Math.max(...starts.slice(0, MARKERS_LOOKED_AT).map((at) => versionAt(body, at) ?? 0))
  if (newest > MARKER_VERSION) return { kind: 'newer', version: newest }
  if (starts.length > 1) return broken(`${starts.length} markers in one comment, expected one`)
  if (versionAt(body, start) !== MARKER_VERSION) return broken(`the marker's version is not ${MARKER_VERSION}`)
  const end = body.indexOf(MARKER_END, start)
  if (end === -1) return broken('the marker has no end')
  return parseJson(body.slice(start + MARKER_START.length + String(MARKER_VERSION).length, end))
}

/** A comment with more of them is broken anyway. */
const MARKERS_LOOKED_AT = 100

function markerStarts(body: string): readonly number[] {
  const starts: number[] = []
  for (let at = body.indexOf(MARKER_START); at !== -1; at = body.indexOf(MARKER_START, at + 1)) starts.push(at)
  return starts
}

/** Null when no number, or something else than a space, follows. */
function versionAt(body: string, start: number): number | null {
  const from = start + MARKER_START.length
  const match = /^([1-9]\d{0,5}) /.exec(body.slice(from, from + 8))
  return match === null ? null : Number(match[1])
}

function parseJson(json: string): ParsedCard {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    // The engine's message would quote the text; where it broke does not help anybody.
    return broken('the marker holds no valid JSON')
  }
  const why = cardShape(value, 'card')
  return why === null ? { kind: 'card', card: value as Card } : broken(why)
}

function broken(why: string): ParsedCard {
  return { kind: 'broken', why }
}
