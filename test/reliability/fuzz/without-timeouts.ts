import { vi } from 'vitest'

/**
 * Until the test is over no request is given up: a hundred thousand answers that are there at once would leave as many timers behind.
 * That requests end in time is tested where there is a server.
 */
export function withoutTimeouts(): void {
  const { signal } = new AbortController()
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(signal)
}
