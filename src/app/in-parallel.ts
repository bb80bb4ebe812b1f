/** Runs `work` over all items, at most `width` at a time, started in their order. A rejection is thrown after all have ended. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  const errors: unknown[] = []
  const lanes = Array.from({ length: Math.min(width, items.length) }, async () => {
    for (const item of queue) {
      try {
        await work(item)
      } catch (error) {
        errors.push(error)
      }
    }
  })
  await Promise.all(lanes)
  if (errors.length > 0) throw errors[0]
}
