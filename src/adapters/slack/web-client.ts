/**
 * The one place that names the vendor's package, and is itself imported only when there is something to ring: the client costs
 * about 46 ms of CPU to load, and most ticks ring nobody.
 */
export { WebClient } from '@slack/web-api'
