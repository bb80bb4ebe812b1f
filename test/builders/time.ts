/** 2026-11-21 05:00 UTC: when the issue of every builder was labelled, on every clock. */
export const t0 = 1_795_237_200_000

export const seconds = (n: number): number => n * 1000
export const minutes = (n: number): number => n * 60_000
export const hours = (n: number): number => n * 3_600_000

export const sha = (letter: string): string => letter.repeat(40)
