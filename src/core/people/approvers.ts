import type { Approvers } from '../doorbell/doorbell-approval.ts'

/**
 * `approval.by` is one list (SPEC 16.2). What looks like a notifier's user id (`U` or `W`, then only capitals and digits, at least six
 * or a digit among them) is one; a login that looks so would have to be written in another case, which logins do not mind.
 */
export function approversOf(by: readonly string[]): Approvers {
  const isMember = (name: string) => /^[UW](?=[A-Z0-9]{6}|[A-Z]*[0-9])[A-Z0-9]+$/u.test(name)
  return { members: by.filter(isMember), logins: by.filter((name) => !isMember(name)) }
}
