import { accountHandlers } from './accounts.ts'
import { actionHandlers } from './actions.ts'
import { approvalHandlers } from './approvals.ts'
import { branchRuleHandlers } from './branch-rules.ts'
import { checkHandlers } from './checks.ts'
import { commentHandlers } from './comments.ts'
import { commitHandlers } from './commits.ts'
import { contentHandlers } from './contents.ts'
import { deploymentHandlers } from './deployments.ts'
import type { Handlers } from './handler.ts'
import { issueLabelHandlers } from './issue-labels.ts'
import { issueHandlers } from './issues.ts'
import { pullHandlers } from './pulls.ts'
import { repoHandlers } from './repos.ts'
import { reviewHandlers } from './reviews.ts'

export const handlers: Handlers = {
  ...accountHandlers,
  ...actionHandlers,
  ...approvalHandlers,
  ...branchRuleHandlers,
  ...checkHandlers,
  ...commentHandlers,
  ...commitHandlers,
  ...contentHandlers,
  ...deploymentHandlers,
  ...issueHandlers,
  ...issueLabelHandlers,
  ...pullHandlers,
  ...repoHandlers,
  ...reviewHandlers,
}
