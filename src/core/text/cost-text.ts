/** What a run has used, for people: `1.2 M tokens, about 7.20 USD`. "About", as the sum is an estimate (`cost.ts`). */
export function costText(tokens: number, usd: number): string {
  return `${tokensText(tokens)} tokens, about ${usd.toFixed(2)} USD`
}

function tokensText(tokens: number): string {
  if (tokens >= 1_000_000) return `${(tokens / 1_000_000).toFixed(1)} M`
  if (tokens >= 10_000) return `${Math.round(tokens / 1000)} k`
  return String(Math.round(tokens))
}
