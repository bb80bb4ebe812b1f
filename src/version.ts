import { readFileSync } from 'node:fs'

/** afk's own version, for the `User-Agent` of every client. The bundle carries it as a constant in place of this file (`build.ts`). */
export function version(): string {
  const found: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return typeof found === 'object' && found !== null && 'version' in found ? String(found.version) : 'unknown'
}
