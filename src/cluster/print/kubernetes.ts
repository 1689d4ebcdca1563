import { UserError } from '../../core/errors';
import { TASK_CODES } from '../standing-line';
import { shellLine } from '../shell-word';
import type { ScriptParts } from '../slurm/script';

/** Tries of a task beyond its first. */
const TRIES = 2;

/**
 * An Indexed Job for `kubectl apply -f -`, as JSON, which is YAML: a pod a task. What a mistake in the files ends is not tried
 * again, and does not end the others (`backoffLimitPerIndex`: Kubernetes 1.29).
 * @param count of all tasks: those whose results are there end at once.
 * @throws UserError where the profile lacks what only the cluster's people know.
 */
export function kubernetesJob(
  { job: { folder }, profile, resources }: Omit<ScriptParts, 'command'>,
  count: number,
): string {
  if (!profile.kubernetes)
    throw new UserError(
      'print:kubernetes has to know an image with Landscape in it and the volume of the files: "kubernetes" with "image", "claim" and "mount" in the profile.',
    );
  const { image, claim, mount } = profile.kubernetes;
  const { seconds, memory, cpus, atOnce } = resources;
  const size = { cpu: String(cpus), memory: `${memory}Mi` };
  const line = `exec ${profile.command ?? 'landscape'} task ${shellLine([folder.path])}`;
  const document = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: folder.name },
    spec: {
      completionMode: 'Indexed',
      completions: count,
      parallelism: Math.min(count, atOnce),
      backoffLimitPerIndex: TRIES,
      maxFailedIndexes: count,
      podFailurePolicy: {
        rules: [
          {
            action: 'FailIndex',
            onExitCodes: { containerName: 'task', operator: 'In', values: [TASK_CODES.mistake] },
          },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] },
        ],
      },
      template: {
        spec: {
          restartPolicy: 'Never',
          activeDeadlineSeconds: seconds,
          containers: [
            {
              name: 'task',
              image,
              command: ['/bin/sh', '-c', [...(profile.setup ?? []), line].join('\n')],
              resources: { requests: size, limits: { memory: size.memory } },
              volumeMounts: [{ name: 'shared', mountPath: mount }],
            },
          ],
          volumes: [{ name: 'shared', persistentVolumeClaim: { claimName: claim } }],
        },
      },
    },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
