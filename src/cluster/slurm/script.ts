import type { Profile } from '../../contract/cluster-profile';
import type { Job } from '../place';
import { rangesOf } from '../ranges';
import { type Resources, slurmTime } from '../resources';
import { shellLine, shellWord } from '../shell-word';
import { TASK_CODES } from '../standing-line';

/** Seconds before the end of a task's time at which it hears of it. */
const WARNING = 60;

/** What a batch script is made of. */
export interface ScriptParts {
  readonly job: Job;
  readonly profile: Profile;
  readonly resources: Resources;
  /** A task that had no time left goes on where it was when it is started again. */
  readonly resumes: boolean;
  /** How Landscape is started. */
  readonly command: readonly string[];
}

/**
 * The script of an array of tasks, as `sbatch` takes it. Each task starts `landscape task`, passes signals on to it, and
 * leaves its exit code and node as a file when it has ended, so that nobody has to ask the scheduler's accounting.
 */
export function batchScript({
  job: { folder, indices },
  profile,
  resources,
  resumes,
  command,
}: ScriptParts): string {
  const { seconds, memory, cpus, atOnce } = resources;
  const log = (ending: string) => quoted(`${folder.logs.replaceAll('%', '%%')}/%A_%a_0_log.${ending}`);
  const options = [
    `--job-name=${folder.name}`,
    `--array=${rangesOf(indices)}%${atOnce}`,
    `--output=${log('out')}`,
    `--error=${log('err')}`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:USR2@${WARNING}`,
    '--nodes=1',
    '--ntasks=1',
    `--cpus-per-task=${cpus}`,
    `--mem=${memory}M`,
    `--time=${slurmTime(seconds)}`,
    ...(profile.partition === undefined ? [] : [`--partition=${profile.partition}`]),
    ...(profile.sbatch ?? []),
  ];
  const program = profile.command ?? shellLine(command);
  return [
    '#!/bin/bash',
    ...options.map((option) => `#SBATCH ${option}`),
    `ends=${shellWord(folder.ends)}`,
    'end="$ends/$SLURM_ARRAY_TASK_ID.json"',
    'rm -f "$end"',
    ...(profile.setup ?? []),
    `${program} task ${shellWord(folder.path)} --index "$SLURM_ARRAY_TASK_ID" &`,
    'task=$!',
    // A signal ends the waiting, and not the task.
    `trap 'kill -USR2 "$task" 2>/dev/null' USR2`,
    `trap 'kill -TERM "$task" 2>/dev/null' TERM INT`,
    'wait "$task"',
    'while kill -0 "$task" 2>/dev/null; do wait "$task"; done',
    'wait "$task"',
    'code=$?',
    // Where a signal interrupts the waiting in the moment of the end, bash knows no code.
    '[ "$code" -ge 0 ] || code=143',
    ...(resumes ? [AGAIN] : []),
    'printf \'{"code":%d,"node":"%s"}\\n\' "$code" "${SLURMD_NODENAME:-$(hostname)}" >"$end.$$" && mv -f "$end.$$" "$end"',
    'exit "$code"',
    '',
  ].join('\n');
}

/** Requeues a task that can go on; not for ever, since one whose steps are longer than its time never comes further. */
const AGAIN = `if [ "$code" -eq ${TASK_CODES.outOfTime} ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt 20 ]; then scontrol requeue "$SLURM_JOB_ID" && exit "$code"; fi`;

/** A path as a line of `#SBATCH` has it. */
const quoted = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `"${path}"`);
