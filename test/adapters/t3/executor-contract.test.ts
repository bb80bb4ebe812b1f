import { executorContract } from '../../contracts/executor.contract.ts'
import { createFakeExecutor } from '../../fakes/executor.ts'
import { bench } from '../../sandbox/t3/harness.ts'
import { openT3 } from './support.ts'

executorContract('fake', async () => {
  const b = bench()
  const publicUrl = 'https://t3.example'
  const { executor } = createFakeExecutor({ state: b.state, publicUrl })
  return { executor, publicUrl, bench: b, close: async () => {} }
})

executorContract('T3 over HTTP', async () => {
  const { t3, bench: b, publicUrl, close } = await openT3()
  return { executor: t3.executor, publicUrl, bench: b, close }
})
