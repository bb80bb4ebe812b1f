import { resolve } from 'node:path'
import { applyCommand, Rejection } from './apply-command.ts'
import { isText } from './checks.ts'
import type { DispatchResult } from './model.ts'
import { parseCommand, type Command } from './parse-command.ts'
import type { Runtime } from './runtime.ts'

/**
 * One command: schema, then what it refers to on disk, then the receipt of its id, then the invariants. Only what got as far as the
 * receipts is remembered, so a 400 may be repeated under its id and a 500 never.
 */
export function dispatchCommand(runtime: Runtime, body: unknown, at: number): DispatchResult {
  const command = parseCommand(body)
  if (command === null) return { kind: 'malformed' }
  if (!isNormal(runtime, command)) return { kind: 'invalid' }
  const { receipts } = runtime.store
  const known = receipts.get(command.commandId)
  if (known !== undefined) {
    return known === null
      ? { kind: 'rejected', why: 'this command id was rejected before' }
      : { kind: 'accepted', sequence: known }
  }
  try {
    const sequence = applyCommand(runtime, command, at)
    receipts.set(command.commandId, sequence)
    return { kind: 'accepted', sequence }
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    receipts.set(command.commandId, null)
    return { kind: 'rejected', why: error.message }
  }
}

function isNormal(runtime: Runtime, command: Command): boolean {
  if (command.type === 'project.create')
    return hasFolder(runtime, command.workspaceRoot, command.createWorkspaceRootIfMissing)
  if (command.type !== 'thread.turn.start') return true
  return command.message.attachments.every((attachment) => {
    const { dataUrl } = attachment as { dataUrl?: unknown }
    return isText(dataUrl) && dataUrl.startsWith('data:image/')
  })
}

function hasFolder({ world }: Runtime, workspaceRoot: string, create = false): boolean {
  const root = resolve(world.cwd, workspaceRoot)
  if (world.files.has(root)) return false
  if (create) world.dirs.add(root)
  return world.dirs.has(root)
}
