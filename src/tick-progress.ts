/** A line on a terminal that says how far a long tick has come. Overwritten in place, and gone before anything else is printed. */
export interface TickProgress {
  /** From now on; `say` is asked for the words at each step. */
  readonly begin: (say: () => string) => void
  /** Takes the line away until the next step. */
  readonly hide: () => void
  readonly end: () => void
}

export interface Screen {
  readonly write: (text: string) => unknown
  /** Its width; 0 or undefined: unknown. */
  readonly columns?: number | undefined
}

/** A tick that is over sooner needs no progress. */
const patienceMs = 1000
const stepMs = 250
const clearLine = '\r\u001B[K'

/** On a dumb terminal nothing can be overwritten, so that nothing is shown; with `NO_COLOR` (no-color.org) it is not dimmed. */
export function tickProgress(screen: Screen, env: Readonly<Record<string, string | undefined>>): TickProgress {
  if (env['TERM'] === 'dumb') return silent
  const dimmed = (env['NO_COLOR'] ?? '') === ''
  let timer: NodeJS.Timeout | undefined
  let shown = false
  const hide = () => {
    if (shown) screen.write(clearLine)
    shown = false
  }
  return {
    begin: (say) => {
      const step = () => {
        // A line that wraps could not be taken away again.
        const words = [...say()].slice(0, (screen.columns || 80) - 1).join('')
        screen.write(`${clearLine}${dimmed ? `\u001B[2m${words}\u001B[22m` : words}`)
        shown = true
        timer = setTimeout(step, stepMs).unref()
      }
      clearTimeout(timer)
      timer = setTimeout(step, patienceMs).unref()
    },
    hide,
    end: () => {
      clearTimeout(timer)
      hide()
    },
  }
}

/** For whoever does not watch a terminal. */
export const silent: TickProgress = { begin: () => {}, hide: () => {}, end: () => {} }
