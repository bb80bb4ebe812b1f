import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import type { PlainServer } from './plain-server.ts'

/**
 * The server of a kubeconfig file's current context, if all that it takes is a token or a client certificate. Null for anything else,
 * known or not: what this does not understand it leaves to the vendor's client.
 */
export function readPlainKubeconfig(file: string): PlainServer | null {
  try {
    // A warning of the parser's own would quote the line that it is about, with the token in it.
    const content: unknown = parse(readFileSync(file, 'utf8'), { logLevel: 'error' })
    return plainServerOf(content, dirname(resolve(file)))
  } catch {
    return null
  }
}

/** Of a kubeconfig's content; files that it names are relative to `folder`, as kubectl has it. */
export function plainServerOf(content: unknown, folder: string): PlainServer | null {
  try {
    const config = schema.parse(content)
    const context = only(config.contexts, config['current-context'])?.context
    const cluster = only(config.clusters, context?.cluster)?.cluster
    const user = only(config.users, context?.user)?.user
    const address = URL.parse(cluster?.server ?? '')
    if (cluster === undefined || user === undefined || address === null) return null
    // kubectl prefers the file, and remembers the token that it read last.
    if (user.token !== undefined && user.tokenFile !== undefined) return null
    // On plain http it skips nothing, and that is for this machine only.
    if (cluster['insecure-skip-tls-verify'] === true && address.protocol !== 'http:') return null
    const from = partReader(folder)
    const ca = from(cluster['certificate-authority-data'], cluster['certificate-authority'])
    const cert = from(user['client-certificate-data'], user['client-certificate'])
    const key = from(user['client-key-data'], user['client-key'])
    const servername = cluster['tls-server-name']
    return {
      address,
      token: user.token ?? from(undefined, user.tokenFile)?.toString('utf8').trim() ?? null,
      tls: {
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        ...(servername === undefined ? {} : { servername }),
      },
    }
  } catch {
    return null
  }
}

/** Kubeconfigs may be hand-made: which of two with one name is meant is not for us to say. */
function only<T extends { readonly name: string }>(items: readonly T[], name: string | undefined): T | undefined {
  const [found, ...more] = items.filter((item) => item.name === name)
  return more.length > 0 ? undefined : found
}

/** Text in the file itself, or else in the file that it names. */
function partReader(folder: string) {
  return (base64: string | undefined, path: string | undefined): Buffer | undefined => {
    if (base64 !== undefined) return Buffer.from(base64, 'base64')
    return path === undefined ? undefined : readFileSync(resolve(folder, path))
  }
}

const text = z.string().min(1)

// Strict where a field says how to connect: one that is not known here may change whom the credentials are sent to.
const schema = z.object({
  'current-context': text,
  contexts: z.array(
    z.object({
      name: text,
      context: z.strictObject({ cluster: text, user: text, namespace: z.string().optional() }),
    }),
  ),
  clusters: z.array(
    z.object({
      name: text,
      cluster: z.strictObject({
        server: text,
        'certificate-authority': text.optional(),
        'certificate-authority-data': text.optional(),
        'tls-server-name': text.optional(),
        'insecure-skip-tls-verify': z.boolean().optional(),
      }),
    }),
  ),
  users: z.array(
    z.object({
      name: text,
      user: z.strictObject({
        token: text.optional(),
        tokenFile: text.optional(),
        'client-certificate': text.optional(),
        'client-certificate-data': text.optional(),
        'client-key': text.optional(),
        'client-key-data': text.optional(),
      }),
    }),
  ),
})
