import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { halt } from './halt.ts'
import { plan } from './plan.ts'
import { replay } from './replay.ts'
import { status } from './status.ts'

/** In the order of the overview. */
export const commands: readonly Command[] = [plan, status, doctor, halt, replay]
