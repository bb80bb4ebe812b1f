import { PortError, type Category, type PortName } from '../../ports/errors.ts'
import { fail, type Finding } from './check.ts'

/** A port's failure as a finding; anything else is a fault of afk's own, and is thrown on. */
export function portFailure(error: unknown, subject = ''): Finding {
  if (!(error instanceof PortError)) throw error
  return fail(subject, error.message, remedyOf(error))
}

function remedyOf({ port, category, retryAfter }: PortError): string {
  const { name, credential, address } = services[port] ?? {
    name: `the ${port}`,
    credential: 'its credential',
    address: 'its address',
  }
  const remedies: { readonly [category in Category]: string } = {
    config: 'correct what it names',
    auth: `issue a new credential for ${name} and set ${credential}`,
    forbidden: `give the credential in ${credential} the permission that is missing`,
    'not-found': `check the name, and that the credential in ${credential} can see it`,
    rate: retryAfter === null ? `wait until ${name} gives more` : `wait ${retryAfter} seconds`,
    unavailable: `check that ${name} is up and that ${address} is its address, as seen from here`,
    contract: `check that ${address} is the address of ${name} itself, not of a proxy or another server`,
    conflict: 'try again',
    refused: `check what ${name} says`,
  }
  return remedies[category]
}

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
