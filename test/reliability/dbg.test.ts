import { it } from 'vitest'
import { replay } from './histories/replay.ts'
it('x', async () => {
  console.log(await replay(JSON.parse(process.env['H']!)))
})
