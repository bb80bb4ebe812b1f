import { onTestFinished } from 'vitest'

/**
 * Until the test is over no request is given up: a hundred thousand answers that are there at once would leave as many timers behind,
 * and a spy would keep as many calls. That requests end in time is tested where there is a server.
 */
export function withoutTimeouts(): void {
  const { signal } = new AbortController()
  const before: unknown = Reflect.get(AbortSignal, 'timeout')
  AbortSignal.timeout = () => signal
  onTestFinished(() => {
    Reflect.set(AbortSignal, 'timeout', before)
  })
}
