import type { Line } from '../../src/app/report.ts'

/** Turns the programs' log into a story: each line that says something new, once; and what people do in between. */
export function createTimeline(print: (line: string) => void, since: () => number) {
  const last = new Map<string, string>()
  const row = (who: string, place: string, text: string) =>
    print(`${(since() / 1000).toFixed(1).padStart(5)}s  ${who.padEnd(7)}  ${place.padEnd(14)}  ${text}`)
  return {
    log: (line: Line): void => {
      const place = line['repo'] === undefined ? '' : `${String(line['repo'])}#${String(line['issue'])}`
      const text = say(line)
      if (text === null) return
      const key = `${place} ${line.event} ${String(line['program'])}`
      if (line.event === 'decision' && last.get(key) === text) return
      last.set(key, text)
      row(String(line['program']), place, text)
    },
    person: (place: string, deed: string): void => row('person', place, `☺ ${deed}`),
  }
}

function say(line: Line): string | null {
  if (line.event === 'decision') {
    const decision = String(line['decision'])
    const codes = Array.isArray(line['codes']) ? line['codes'].join(', ') : ''
    // The poller is at it, and says so itself a moment later: two processes, one story.
    if (codes === 'dispatching') return null
    return `${mark(decision)} ${decision}${codes === '' || codes === decision ? '' : ` (${codes})`}`
  }
  if (line.event === 'effect') {
    if (line['result'] !== 'failed') return null
    return `! ${String(line['effect'])} failed: ${String(line['message'])}`
  }
  if (line.event === 'error') return `! ${String(line['message'] ?? JSON.stringify(line))}`
  if (line.event === 'orphan') return `? orphan ${String(line['thread'])}`
  return null
}

function mark(decision: string): string {
  const marks: Record<string, string> = {
    dispatch: '▶',
    skip: '·',
    wait: '…',
    land: '✔',
    freeze: '■',
    escalate: '■',
    cancel: '✖',
    'fix-forward': '↻',
    retry: '↻',
    nudge: '↻',
    findings: '↻',
    answer: '↻',
    ask: '?',
    'ask-approval': '?',
    'ask-on-github': '?',
  }
  return marks[decision] ?? '→'
}
