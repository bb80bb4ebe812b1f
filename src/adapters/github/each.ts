import { PortError } from '../../ports/errors.ts'
import type { Each } from '../../ports/tracker.ts'

/** Goes on with the good answers of a batch; one that fails on the way fails alone, unless its failure is everybody's. */
export async function continueEach<Ref, From, To>(
  answers: readonly Each<From, Ref>[],
  next: (value: From, ref: Ref) => Promise<To>,
): Promise<readonly Each<To, Ref>[]> {
  return Promise.all(
    answers.map(async (answer): Promise<Each<To, Ref>> => {
      if (!answer.ok) return answer
      try {
        return { ref: answer.ref, ok: true, value: await next(answer.value, answer.ref) }
      } catch (error) {
        if (!(error instanceof PortError) || concernsAll(error)) throw error
        return { ref: answer.ref, ok: false, error }
      }
    }),
  )
}

/** The same answers under the refs as the caller wrote them. */
export function withRefs<Value, From, To>(
  answers: readonly Each<Value, From>[],
  toRef: (ref: From) => To,
): readonly Each<Value, To>[] {
  return answers.map((answer) => ({ ...answer, ref: toRef(answer.ref) }))
}

function concernsAll(error: PortError): boolean {
  return error.category === 'auth' || error.category === 'rate'
}
