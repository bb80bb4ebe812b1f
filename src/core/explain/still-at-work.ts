/** Of a run that has ended and whose agent could not be interrupted. */
export const STILL_AT_WORK =
  'afk could not stop the agent. It tries again in every tick, and leaves its label on the issue until then. To stop it yourself, open its thread in T3.'
