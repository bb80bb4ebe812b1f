import type { ReviewRecord } from '../card/card.ts'
import { oneLine } from '../text/escape.ts'

/**
 * The first lines of what a review found, for people (SPEC 15.4): few and short, for they stand on the card and in its marker. The whole
 * of it is in the reviewer's thread. Still text from outside: whoever shows a line escapes it.
 */
export function foundLines(findings: string): readonly string[] {
  return findings
    .slice(0, lookedAt)
    .split(/\r\n|\n|\r/u)
    .filter((line) => !afkLine.test(line))
    .map((line) => oneLine(line, LINE_CHARACTERS))
    .filter((line) => line !== '')
    .slice(0, LINES)
}

/** Rounds of review, oldest first, of which the newest alone says what it found: earlier findings were answered and looked at again. */
export function withNewestFound(reviews: readonly ReviewRecord[]): readonly ReviewRecord[] {
  return reviews.map((review, index) => (index === reviews.length - 1 ? review : withoutFound(review)))
}

function withoutFound(review: ReviewRecord): ReviewRecord {
  const { found: _, ...rest } = review
  return rest
}

/** The agent's word to afk is none of the findings. */
const afkLine = /^\s*AFK-[A-Z]+:/u

const LINES = 4
const LINE_CHARACTERS = 300
const lookedAt = 20_000
