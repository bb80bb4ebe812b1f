import type { Category, PortError, PortName } from '../ports/errors.ts'

/**
 * What a person does about a port's failure: by its category, with the variables that lead to that service. It holds however the
 * credential is given: as a variable, from a file, as an App, or by the pod.
 */
export function remedyOf({ port, operation, category, retryAfter, message = '' }: Failed): string {
  const { name, renewal, credential, address, trust } = services[port] ?? {
    name: `the ${port}`,
    renewal: 'set its credential',
    credential: 'its credential',
    address: 'its address',
    trust: caOfOurOwn,
  }
  const remedies: { readonly [category in Category]: string } = {
    config: 'correct what it names',
    auth: `issue a new credential for ${name} and ${renewal}`,
    forbidden: `give ${credential} the permission that is missing`,
    // A credential that was sent is there: what is not is the API.
    'not-found':
      operation === 'credential'
        ? `check ${address}: GitHub Enterprise's ends in /api/v3`
        : `check the name, and that ${credential} can see it`,
    rate: retryAfter === null ? `wait until ${name} gives more` : `wait ${retryAfter} seconds`,
    unavailable: isOfCertificate.test(message)
      ? `${name} answers, and its certificate is not accepted: ${trust}, and it must be valid for the name in ${address}`
      : `check that ${name} is up and that ${address} is its address, as seen from here`,
    contract: `check that ${address} is the address of ${name} itself, not of a proxy or another server`,
    conflict: 'try again',
    refused: `check what ${name} says`,
  }
  return remedies[category]
}

type Failed = Pick<PortError, 'port' | 'operation' | 'category' | 'retryAfter'> & { readonly message?: string }

/** Node's and OpenSSL's codes of a certificate that was refused, as messages of the adapters carry them. */
const isOfCertificate = /\b(?:\w+_CERT|CERT_\w+|UNABLE_TO_\w+|\w+_CERT_\w+)\b/

const caOfOurOwn = 'the CA that signed it goes into a PEM file that NODE_EXTRA_CA_CERTS names'

const github = {
  name: 'GitHub',
  renewal:
    "set AFK_GITHUB_TOKEN, or replace what AFK_GITHUB_TOKEN_FILE names, or the App's key (AFK_GITHUB_APP_PRIVATE_KEY_FILE, of the App in AFK_GITHUB_APP_ID): whichever you use",
  credential: "the credential in AFK_GITHUB_TOKEN (or its _FILE, or the App's)",
  address: 'AFK_GITHUB_API_URL',
  trust: caOfOurOwn,
}

const cluster = {
  name: 'the Kubernetes API',
  renewal:
    "set KUBECONFIG to it; in a pod the service account's is renewed by itself, and the cluster does not know it",
  credential: "the account of KUBECONFIG (in a pod the service account's)",
  address: "the server in KUBECONFIG (in a pod the cluster's own, which a NetworkPolicy must let through)",
  trust: "the CA that signed it is the kubeconfig's certificate-authority, or the pod's own",
}

const services: { readonly [port in PortName]?: typeof github } = {
  tracker: github,
  ci: github,
  executor: {
    name: 'T3',
    renewal:
      'set AFK_T3_TOKEN, or replace what AFK_T3_TOKEN_FILE names, whichever you use; or AFK_T3_URL is not the address of T3',
    credential: 'the credential in AFK_T3_TOKEN (or its _FILE)',
    address: 'AFK_T3_URL',
    trust: caOfOurOwn,
  },
  rollout: cluster,
  lock: cluster,
  notifier: {
    name: 'Slack',
    renewal: 'set AFK_SLACK_BOT_TOKEN, or replace what AFK_SLACK_BOT_TOKEN_FILE names, whichever you use',
    credential: 'the credential in AFK_SLACK_BOT_TOKEN (or its _FILE)',
    address: 'AFK_SLACK_API_URL',
    trust: caOfOurOwn,
  },
}
