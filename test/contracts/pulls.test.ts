import { pullsWritesContract } from './pulls-writes.contract.ts'
import { pullsContract } from './pulls.contract.ts'
import { fakeWorld, httpWorld } from './tracker-world.ts'

const adapter = "the GitHub adapter against the sandbox's server"

pullsContract('the fake', fakeWorld)
pullsContract(adapter, httpWorld)
pullsWritesContract('the fake', fakeWorld)
pullsWritesContract(adapter, httpWorld)
