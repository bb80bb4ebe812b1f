import type { LandingMode } from '../policy.ts'
import type { RuleFacts } from './standing-rules.ts'

/** How an agent lands its work in a repo that takes pushes to its default branch. */
export function pushRules(baseBranch: string): string {
  return `How you push
- Fetch again, merge \`origin/${baseBranch}\` into your branch, and run all tests and checks once more on the result. Only then push it to \`${baseBranch}\`: \`git push origin HEAD:${baseBranch}\`. If that is refused because others pushed meanwhile, merge, verify and push again.
- Never force-push. Never skip CI (no \`[skip ci]\`) and never skip or switch off hooks (no \`--no-verify\`), tests or checks.`
}

/** How it hands it in where everything lands by pull request (SPEC 15.1). */
export function pullRules({ number, branch, baseBranch }: Pick<RuleFacts, 'number' | 'branch' | 'baseBranch'>): string {
  return `How you hand it in
- Fetch again, merge \`origin/${baseBranch}\` into your branch, and run all tests and checks once more on the result. Then push the branch, and nothing else: \`git push origin HEAD:${branch}\`. Never push to \`${baseBranch}\`.
- Open exactly one pull request from \`${branch}\` against \`${baseBranch}\`, ready for review and no draft. Its body says what was done and why, and holds the line \`Refs #${number}\`. If this run has an open pull request already, push to its branch and open no other.
- Never merge it, never approve it, never switch on auto-merge, and resolve no review conversation: afk and people do that.
- Never force-push. Never skip CI (no \`[skip ci]\`) and never skip or switch off hooks (no \`--no-verify\`), tests or checks.`
}

/** The end of the report rules: what names the finished work. */
export function resultLine(landing: LandingMode): string {
  return landing === 'push'
    ? 'AFK-RESULT: pushed <full sha of the pushed commit>'
    : 'AFK-RESULT: pr <number of the pull request>'
}
