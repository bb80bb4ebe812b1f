/** Of Octokit's errors: GitHub does not accept the token. */
export function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 401
}
