import type { Step } from './agent.ts'
import type { Decision } from './model.ts'

/** Builders for the steps of a turn; `after` is in milliseconds on the sandbox's clock. */

/** One whole assistant message. A function is called when the step is reached, so that it can tell what an earlier `act` found. */
export const say = (text: string | (() => string), after = 50): Step => ({
  kind: 'say',
  after,
  text,
})

/** Text still streaming: readers see it only if the turn is interrupted or stopped. */
export const partial = (text: string, after = 50): Step => ({ kind: 'partial', after, text })

/** One shell command, with its four activities. */
export const tool = (detail: string, after = 50): Step => ({ kind: 'tool', after, detail })

/** One call of the model that cost `count` tokens. */
export const tokens = (count: number, after = 20): Step => ({ kind: 'tokens', after, count })

/** A side effect on the world; a promise holds the turn until it is settled. */
export const act = (run: (at: number) => void | Promise<void>, after = 50): Step => ({
  kind: 'do',
  after,
  run,
})

/**
 * One retry of the model API by the agent's CLI, which T3 shows as `runtime.warning`. The CLI doubles its delay up to 40 s and gives up
 * after ten (thread-provider-error-401); `after` defaults to the delay before this attempt.
 */
export function retry(attempt: number, status: number, error: string, after = retryDelay(attempt - 1)): Step {
  const delay = retryDelay(attempt)
  const message = `Claude system message 'api_retry' — attempt: ${attempt} · max_retries: 10 · retry_delay_ms: ${delay} · error_status: ${status} · error: ${error}`
  const detail = {
    type: 'system',
    subtype: 'api_retry',
    attempt,
    max_retries: 10,
    retry_delay_ms: delay,
    error_status: status,
    error,
  }
  return { kind: 'warn', after, message, detail }
}

/** Milliseconds of waiting behind the failed attempt of this number; 0 is the first call itself. */
export const retryDelay = (attempt: number): number => Math.min(500 * 2 ** (attempt - 1), 40_000)

/** Asks whatever the thread's runtime mode: a real agent asks only in `approval-required`. */
export const askApproval = (detail: string, answered: (decision: Decision) => void = () => {}, after = 50): Step => ({
  kind: 'askApproval',
  after,
  detail,
  answered,
})

export const askInput = (
  question: string,
  answered: (answers: Record<string, unknown>) => void = () => {},
  after = 50,
): Step => ({ kind: 'askInput', after, question, options: ['Yes', 'No'], answered })

/** Silence for ever, until interrupted. */
export const hang = (after = 0): Step => ({ kind: 'hang', after })

export const finish = (after = 50): Step => ({ kind: 'finish', after })

/** The model API failed for good: its error becomes the answer, and T3 calls the turn completed. */
export const apiError = (text: string, after = 50): Step => ({ kind: 'apiError', after, text })

/** As the only step: the turn never begins and leaves the activity `provider.turn.start.failed`. */
export const failStart = (detail: string): Step => ({ kind: 'failStart', after: 0, detail })

/** As the only step: the turn is recorded and nothing ever shows that it was. */
export const neverStart = (): Step => ({ kind: 'neverStart', after: 0 })
