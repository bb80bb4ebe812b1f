/** Whether a commit says that it belongs to a run: the trailer on a line of its own (SPEC 5.3). Anybody can write one: it proves nothing. */
export function carriesTrailer(message: string, runId: string): boolean {
  return message.split('\n').some((line) => line.trim().toLowerCase() === `afk-run: ${runId}`)
}
