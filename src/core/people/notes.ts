import type { Instant, IssueComment } from '../model.ts'
import { noteTag } from './note-comments.ts'
import type { RunFacts } from '../run/run-facts.ts'

/** Comments of afk's own beside the card, found again by their tags (SPEC 16). */
export interface Note {
  /** What it is for, such as `question:1`. */
  readonly what: string
  readonly at: Instant
}

/** Those of a run, oldest first; one that somebody else has edited is nobody's word. */
export function notesOf(facts: Pick<RunFacts, 'run' | 'issue' | 'landing'>): readonly Note[] {
  return spoken(facts)
    .filter(({ own, editedByOther }) => own && !editedByOther)
    .flatMap(({ body, createdAt }) => {
      const [, run, what] = tagLine.exec(body) ?? []
      return run === facts.run.runId && what !== undefined ? [{ what, at: createdAt }] : []
    })
}

/** The note that carries this tag, as a comment. */
export function noteIn(comments: readonly IssueComment[], runId: string, what: string): IssueComment | null {
  const tag = noteTag(runId, what)
  return comments.find((comment) => isNote(comment, tag)) ?? null
}

/** A tag within the text may be the agent's words: only the end of it is afk's. */
export function isNote({ own, body }: IssueComment, tag: string): boolean {
  return own && body.trimEnd().endsWith(tag)
}

/** Everything that was said on the issue, and on its pull request as a whole. */
export function spoken({ issue, landing }: Pick<RunFacts, 'issue' | 'landing'>): readonly IssueComment[] {
  return 'pull' in landing ? [...issue.comments, ...landing.pull.comments] : issue.comments
}

const tagLine = /<!-- afk:note ([0-9a-f-]{36}) ([\w:.-]+) -->\s*$/u
