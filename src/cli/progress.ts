import type { Desk } from './desk.ts'

/** One line on standard error that says what is being done, and is gone when it is done. Silent where nobody watches. */
export interface Progress {
  readonly say: (what: string) => void
  readonly done: () => void
}

export function progressOn({ err, terminal }: Pick<Desk, 'err' | 'terminal'>): Progress {
  if (!terminal.err) return { say: () => {}, done: () => {} }
  return {
    say: (what) => err(`\r\u001B[K${what} …`),
    done: () => err('\r\u001B[K'),
  }
}
