import { executorContract } from '../../contracts/executor.contract.ts'
import { createFakeExecutor } from '../../fakes/executor.ts'
import { adminScopes, tokenText } from '../../sandbox/t3/auth.ts'
import { bench } from '../../sandbox/t3/harness.ts'
import { openT3 } from './support.ts'

executorContract('fake', async (tokenEndsAt) => {
  const b = bench()
  const publicUrl = 'https://t3.example'
  const { executor } = createFakeExecutor({ state: b.state, publicUrl, tokenEndsAt })
  return { executor, publicUrl, tokenEndsAt, bench: b, close: async () => {} }
})

executorContract('T3 over HTTP', async (tokenEndsAt) => {
  const text = tokenText('afk', tokenEndsAt)
  const token = { read: () => text, reload: () => text }
  const { t3, bench: b, publicUrl, close } = await openT3({ token }, { tokens: { [text]: adminScopes } })
  return { executor: t3.executor, publicUrl, tokenEndsAt, bench: b, close }
})
