/**
 * Whether a commit says that it belongs to a run: the trailer on a line of its own (SPEC 5.3), wherever a merge has put it, and with the
 * blanks that Git allows around its colon. Anybody can write one: it proves nothing.
 */
export function carriesTrailer(message: string, runId: string): boolean {
  return runsOf(message).includes(runId)
}

/** Whether it says so of any run. */
export function namesRun(message: string): boolean {
  return runsOf(message).length > 0
}

function runsOf(message: string): readonly string[] {
  return message.split('\n').flatMap((line) => trailer.exec(line.trim().toLowerCase())?.[1] ?? [])
}

const trailer = /^afk-run[ \t]*:[ \t]*(\S+)$/u
