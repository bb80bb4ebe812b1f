import { ciContract } from './ci.contract.ts'
import { fakeWorld, httpWorld } from './tracker-world.ts'

ciContract('the fake', fakeWorld)
ciContract("the GitHub adapter against the sandbox's server", httpWorld)
