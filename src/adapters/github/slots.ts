/** Runs at most `size` jobs at the same time; the others wait in the order they came. */
export function createSlots(size: number): <T>(job: () => Promise<T>) => Promise<T> {
  let free = size
  const waiting: (() => void)[] = []
  return async (job) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await job()
    } finally {
      // The slot goes straight to the next in line, so that a newcomer cannot overtake it.
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
