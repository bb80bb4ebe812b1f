import { sameName } from '../../core/model.ts'
import type { LabelShape } from '../../ports/probe.ts'
import type { Labels } from '../../core/policy.ts'
import { eachRepo, fail, ok, warn, type Check, type Finding } from './check.ts'
import { portFailure } from './port-failure.ts'

/** The three labels are there. `--fix-labels` creates what is missing: the only write of `afk doctor`. */
export const githubLabels: Check = {
  name: 'github-labels',
  area: 'github',
  eachRepo: true,
  run: (room) =>
    eachRepo(
      room,
      async (repo) => {
        const { labels } = room.policy.repo(repo)
        const there = await room.probe.tracker.labels(repo)
        const missing = shapes(labels).filter(({ name }) => !there.some((other) => sameName(other, name)))
        if (missing.length === 0)
          return [
            ok(
              repo,
              shapes(labels)
                .map(({ name }) => name)
                .join(', '),
            ),
          ]
        if (!room.fixLabels) return missing.map((label) => missingFinding(repo, label, labels))
        const findings: Finding[] = []
        for (const label of missing) {
          await room.probe.tracker.createLabel(repo, label)
          findings.push(ok(repo, `created ${label.name}`))
        }
        return findings
      },
      portFailure,
    ),
}

/** Colours as traffic lights have them: go, at work, your turn. */
function shapes({ ready, inProgress, human }: Labels): readonly LabelShape[] {
  return [
    { name: ready, color: '0e8a16', description: 'afk may work on this issue' },
    { name: inProgress, color: 'fbca04', description: 'afk works on this issue' },
    { name: human, color: 'd93f0b', description: 'afk gave this issue back to people' },
  ]
}

function missingFinding(repo: string, { name }: LabelShape, labels: Labels): Finding {
  const remedy = 'run afk doctor --fix-labels, or create the label'
  // The other two GitHub makes by itself when afk first puts them on, in grey.
  return name === labels.ready
    ? fail(repo, `the label ${name} is missing: nobody can hand an issue to afk`, remedy)
    : warn(repo, `the label ${name} is missing`, remedy)
}
