import type { Category, PortError, PortName } from '../ports/errors.ts'

/** What a person does about a port's failure: by its category, with the variables that lead to that service. */
export function remedyOf({ port, operation, category, retryAfter }: Failed): string {
  const { name, credential, address } = services[port] ?? {
    name: `the ${port}`,
    credential: 'its credential',
    address: 'its address',
  }
  const remedies: { readonly [category in Category]: string } = {
    config: 'correct what it names',
    auth: `issue a new credential for ${name} and set ${credential}${port === 'executor' ? `; or ${address} is not the address of ${name}` : ''}`,
    forbidden: `give the credential in ${credential} the permission that is missing`,
    // A credential that was sent is there: what is not is the API.
    'not-found':
      operation === 'credential'
        ? `check ${address}: GitHub Enterprise's ends in /api/v3`
        : `check the name, and that the credential in ${credential} can see it`,
    rate: retryAfter === null ? `wait until ${name} gives more` : `wait ${retryAfter} seconds`,
    unavailable: `check that ${name} is up and that ${address} is its address, as seen from here`,
    contract: `check that ${address} is the address of ${name} itself, not of a proxy or another server`,
    conflict: 'try again',
    refused: `check what ${name} says`,
  }
  return remedies[category]
}

type Failed = Pick<PortError, 'port' | 'operation' | 'category' | 'retryAfter'>

const github = { name: 'GitHub', credential: 'AFK_GITHUB_TOKEN', address: 'AFK_GITHUB_API_URL' }
const cluster = { name: 'the Kubernetes API', credential: 'KUBECONFIG (or the service account)', address: 'KUBECONFIG' }

const services: { readonly [port in PortName]?: typeof github } = {
  tracker: github,
  ci: github,
  executor: { name: 'T3', credential: 'AFK_T3_TOKEN', address: 'AFK_T3_URL' },
  rollout: cluster,
  lock: cluster,
  notifier: { name: 'Slack', credential: 'AFK_SLACK_BOT_TOKEN', address: 'AFK_SLACK_API_URL' },
}
