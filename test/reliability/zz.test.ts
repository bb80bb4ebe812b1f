import { it } from 'vitest'
import { lives, type Life, type LifeName } from './fault-lives.ts'
import { operations } from './fault-operations.ts'
import { failing, type PortFault } from './fault-life.ts'
const W = ['comment','editComment','deleteComment','addLabel','removeLabel','close','reopen','rerun','merge','replyToThread','resolveThread','react','decideDeployment','createProject','createThread','startTurn','interrupt','archive','ring','update']
const B = ['overview','summaries','look','checks','closeUp']
it('all', { timeout: 600000 }, async () => {
  for (const [port, ops] of Object.entries(operations)) for (const [operation, names] of Object.entries(ops)) {
    if (names === 'local') continue
    for (const n of names as LifeName[]) {
      const t = performance.now(); let c = 0
      for (const how of ['before', 'after', 'item'] as const) {
        if (how === 'after' && !W.includes(operation)) continue
        if (how === 'item' && !B.includes(operation)) continue
        for (const category of ['auth','forbidden','not-found','rate','unavailable','contract','conflict','refused'] as const) {
          c += 1
          const r = await failing(lives[n] as Life, { port: port as any, operation, category, how })
          const want = category === 'auth' || category === 'rate' ? 3 : 1
          const bad = [...r.problems, ...(r.struck === 0 ? ['NEVER STRUCK'] : []), ...(r.codes.some((x) => want === 3 ? x !== 3 : x === 0) ? [`codes ${r.codes}`] : [])]
          if (bad.length) console.log(`${port}.${operation} ${n} ${category} ${how} struck ${r.struck} codes ${r.codes}: ${bad.join('; ')}`)
        }
      }
      console.log(`# ${port}.${operation} ${n} ${c} ${Math.round((performance.now() - t) / c)} ms each`)
    }
  }
})
