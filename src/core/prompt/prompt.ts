import { branchName } from '../branch-name.ts'
import { cleanText, cutText, oneLine } from '../text/escape.ts'
import { fenceFor, quote } from './fence.ts'
import { instantText } from '../text/instant-text.ts'
import type { Instant, RepoName } from '../model.ts'
import type { Commands, LandingMode } from '../policy.ts'
import { earlierText, failingText, type EarlierRun } from './prompt-history.ts'
import { setupText } from './prompt-setup.ts'
import { standingRules } from './standing-rules.ts'

/** The executor counts UTF-16 units and never begins a longer turn (contracts/t3.md, 5). */
export const PROMPT_CHARACTERS = 120_000

export interface StartFacts {
  readonly repo: RepoName
  readonly number: number
  readonly title: string
  readonly body: string
  /** The page. */
  readonly url: string
  readonly runId: string
  readonly baseBranch: string
  readonly landing: LandingMode
  readonly commands: Commands
  readonly instructions: string
  /** Text of `.github/afk.md` on the default branch. */
  readonly repoNotes: string | null
  /** By trusted people, up to dispatch, oldest first. */
  readonly comments: readonly TrustedComment[]
  /** How earlier runs of this issue ended, oldest first. */
  readonly earlier: readonly EarlierRun[]
  /** What fails on the default branch already, when an earlier run of this issue left it so. */
  readonly baseFailing: readonly string[]
}

export interface TrustedComment {
  readonly login: string
  readonly at: Instant
  readonly body: string
}

/**
 * The first turn of a run (SPEC 5.3): standing rules, how the repo is worked on, the issue as approved, what was tried before. At most
 * {@link PROMPT_CHARACTERS}: over that the comments go, the oldest first, then the tail of the body, and it says so.
 */
export function startPrompt(facts: StartFacts): string {
  const title = oneLine(facts.title, 1000)
  const body = cleanText(facts.body)
  const comments = facts.comments.map(commentText)
  const setup = setupText(facts)
  const earlier = earlierText(facts.earlier)
  const baseFailing = failingText(facts.baseFailing)
  const fence = fenceFor([title, body, ...comments, ...setup.map((part) => part.text), earlier, baseFailing])

  const before = [
    standingRules({
      repo: facts.repo,
      number: facts.number,
      runId: facts.runId,
      branch: branchName(facts.number, facts.title, facts.runId),
      baseBranch: facts.baseBranch,
      cloneUrl: cloneUrlOf(facts.url, facts.repo),
      fence,
      landing: facts.landing,
    }),
    ...setup.map((part) => `# ${part.heading}\n\n${quote(fence, part.label, part.text)}`),
    `# The issue\n\n${facts.repo}#${facts.number}\n\n${quote(fence, 'title', title)}`,
  ].join('\n\n')
  const after = [
    earlier === ''
      ? []
      : [
          `# Earlier runs of this issue\n\nWhat they ended with. Their branches may hold work worth reading.\n\n${quote(fence, 'earlier runs', earlier)}`,
        ],
    baseFailing === ''
      ? []
      : [
          `# Already failing\n\nThe default branch is red from an earlier run of this issue. These must be green when you are done.\n\n${quote(fence, 'failing checks', baseFailing)}`,
        ],
    [
      `# Now\n\nDo the work of issue #${facts.number} now, by the standing rules above, and end with one AFK-RESULT line.`,
    ],
  ]
    .flat()
    .join('\n\n')

  const room = PROMPT_CHARACTERS - before.length - after.length - QUOTES_ROOM
  const shownBody = cutBody(body, room)
  return [
    before,
    quote(fence, 'body', shownBody.text),
    ...shownBody.notes,
    ...commentParts(fence, comments, room - shownBody.text.length),
    after,
  ].join('\n\n')
}

/** For the lines around the body, the notes on what was cut, and the empty lines between: more than all of them together. */
const QUOTES_ROOM = 1200

function commentText(comment: TrustedComment): string {
  return `by ${oneLine(comment.login, 60)}, ${instantText(comment.at)}\n\n${cleanText(comment.body)}`
}

/** The address without its issue. Anything but a plain web address gives no hint. */
function cloneUrlOf(url: string, repo: RepoName): string | null {
  const origin = /^https?:\/\/[A-Za-z0-9.:-]{1,200}(?=\/)/.exec(url)
  return origin === null ? null : `${origin[0]}/${repo}.git`
}

function cutBody(body: string, room: number): { readonly text: string; readonly notes: readonly string[] } {
  if (body.length <= room) return { text: body === '' ? '(no text)' : body, notes: [] }
  const text = cutText(body, room)
  return {
    text,
    notes: [`(afk: the body is cut; its last ${body.length - text.length} characters did not fit.)`],
  }
}

/** The newest comments that fit, oldest first; the first of them may be shortened. */
function commentParts(fence: string, comments: readonly string[], room: number): readonly string[] {
  if (comments.length === 0) return []
  const parts: string[] = []
  let left = room
  for (const [index, text] of [...comments.entries()].toReversed()) {
    const label = `comment ${index + 1} of ${comments.length}`
    const whole = quote(fence, label, text)
    const frame = whole.length - text.length + 2
    if (whole.length + 2 > left) {
      if (left - frame > WORTH_SHOWING) {
        parts.unshift(quote(fence, `${label}, only its beginning`, cutText(text, left - frame - 40)))
      }
      break
    }
    parts.unshift(whole)
    left -= whole.length + 2
  }
  const gone = comments.length - parts.length
  const note =
    gone === 0 ? [] : [`(afk: the ${gone} oldest of ${comments.length} comments did not fit and are left out.)`]
  return [`# Comments by trusted people, oldest first`, ...note, ...parts]
}

const WORTH_SHOWING = 1000
