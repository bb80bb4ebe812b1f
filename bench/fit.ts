/** A straight line through points, by least squares. */
export interface Line {
  readonly slope: number
  readonly start: number
}

/** Throws for fewer than two different `x`: a line through one point says nothing. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const meanX = mean(points.map(([x]) => x))
  const meanY = mean(points.map(([, y]) => y))
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  if (points.length < 2 || spread === 0) throw new Error('a line needs points at two different places')
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
  return { slope, start: meanY - slope * meanX }
}
