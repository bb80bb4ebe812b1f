import { describe, expect, it } from 'vitest'
import {
  commandIdOf,
  messageIdOf,
  projectCommandIdOf,
  projectIdOf,
  runIdOf,
  sha256,
  uuid5,
  type Purpose,
} from '../../src/core/ids.ts'
import { sha } from '../builders/time.ts'

const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
const run = '8f037803-15a1-54d9-a6a4-f9bb44e4c309'

describe('uuid5', () => {
  it('agrees with the example of RFC 9562, A.4', () => {
    expect(uuid5('www.example.com', dns)).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2')
  })

  it("agrees with Python's uuid.uuid5 on names beyond ASCII", () => {
    expect(uuid5('run:acme/shöp ☃#1@x')).toBe('7e24a4f7-78aa-5ad5-96b0-75696950bbf0')
  })
})

// Computed with Python's uuid.uuid5 as well. A change here makes every run in flight unknown and starts it a second time.
describe('golden ids, which must never change (SPEC 5.2)', () => {
  it('names runs and projects', () => {
    expect(runIdOf('acme/shop', 42, 'LE_lADOABCDEF4')).toBe(run)
    expect(projectIdOf('acme/shop')).toBe('c53eb78a-3c6f-5001-ae87-9507d20e4f9e')
    expect(projectCommandIdOf('acme/shop', 1)).toBe('e6805cd6-4746-5cb9-8831-2e33fda1108f')
  })

  it.each<[Purpose, number, string, string]>([
    ['create', 1, '52359dd1-6e47-5b1d-91a4-4e16657567c9', '60a3db71-d124-5f02-a29b-eb0b690fc03d'],
    ['start', 1, '3243ffcd-f2ba-545f-a8ef-e20396ca7857', '9c87fbf4-5f25-5784-9d82-01f92d8fb722'],
    ['start', 2, '7025ef9a-2e77-5b6d-b176-d537216a92a0', '3ab88046-a4d7-54eb-8580-d89627a07207'],
    [`fix:${sha('a')}`, 1, '857103f5-a4e1-5187-9ad3-13c8c5e586a9', '57ff3a36-4151-56a6-aa47-0963ffd89c6b'],
    ['nudge', 1, '2c5a4754-8ddf-536c-998a-e2dba33a7ce4', '5c92547d-8b6d-5413-8645-7f66b81ed62a'],
    ['continue', 1, 'e0287c8a-674d-5fdc-9b6e-89a2c274c7e8', '7d13c883-0fe0-57a1-8b61-db6c514fc90f'],
    ['interrupt', 3, '70630ff4-2d26-5316-b6b4-1a87311d5884', 'c6841b8d-f07a-585b-bc6f-3a9e20b669c6'],
    ['archive', 1, '985d803a-3cce-5d7b-b449-e8fe2b86b183', '5f59455e-34d9-5ab3-8df5-f73162bd4afb'],
    ['answer:17', 1, '7a3e57fe-3846-5330-bbc6-dc21aeb04ae9', '714ff8fd-bf49-51c7-beda-4252215cfa88'],
    ['review:1', 1, '29da8f7b-7f24-5275-8886-335ce3f8542d', '776c7551-c65d-5e19-9da6-a1dfa8ac0849'],
  ])('names command and message of %s %i', (purpose, attempt, command, message) => {
    expect(commandIdOf(run, purpose, attempt)).toBe(command)
    expect(messageIdOf(run, purpose, attempt)).toBe(message)
  })
})

describe('what an id depends on', () => {
  it('is not the letter case of the repo', () => {
    expect(runIdOf('Acme/SHOP', 42, 'LE_lADOABCDEF4')).toBe(run)
    expect(projectIdOf('ACME/shop')).toBe(projectIdOf('acme/shop'))
  })

  it('is the letter case of the epoch, the number, and the repo', () => {
    const others = [
      runIdOf('acme/shop', 42, 'LE_ladoabcdef4'),
      runIdOf('acme/shop', 4, '2@LE_lADOABCDEF4'),
      runIdOf('acme/shop', 43, 'LE_lADOABCDEF4'),
      runIdOf('acme/shops', 42, 'LE_lADOABCDEF4'),
    ]
    expect(new Set([...others, run]).size).toBe(5)
  })
})

describe('sha256', () => {
  it('agrees with the vector of FIPS 180-2, B.1', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
