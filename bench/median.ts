/** The middle one; of an even number the upper middle. Throws for none. */
export function median(values: readonly number[]): number {
  const middle = values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]
  if (middle === undefined) throw new Error('the median of nothing')
  return middle
}
