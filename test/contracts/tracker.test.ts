import { trackerContract } from './tracker.contract.ts'
import { fakeWorld, httpWorld } from './tracker-world.ts'

trackerContract('the fake', fakeWorld)
trackerContract("the GitHub adapter against the sandbox's server", httpWorld)
