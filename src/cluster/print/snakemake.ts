import { join } from 'node:path';
import type { TaskList } from '../../contract/tasks';
import { shellLine } from '../shell-word';
import type { ScriptParts } from '../slurm/script';

/**
 * A Snakefile: a rule whose outputs are the results themselves, so that Snakemake does what is missing and nothing twice. It
 * can be included, or run by itself.
 */
export function snakemakeRule(
  { job: { folder }, profile, resources, command }: ScriptParts,
  { tasks, results }: TaskList,
): string {
  const { seconds, memory, cpus } = resources;
  const program = profile.command ?? shellLine(command);
  const before = [...(profile.setup ?? []), `${program} task ${shellLine([folder.path])}`].join('\n');
  const shell = `${braces(before)} --key {wildcards.key} >{log:q} 2>&1`;
  return [
    'KEYS = [',
    ...tasks.map(({ key, label }) => `    ${text(key)},  # ${label.replaceAll(/[^\x20-\x7e]/g, '?')}`),
    ']',
    '',
    'rule landscape_all:',
    `    input: expand(${text(join(braces(results), '{key}.json'))}, key=KEYS)`,
    '',
    'rule landscape:',
    `    output: ${text(join(braces(results), '{key}.json'))}`,
    `    log: ${text(join(braces(folder.logs), 'snakemake_{key}.log'))}`,
    '    wildcard_constraints: key="[0-9a-f]+"',
    `    threads: ${cpus}`,
    `    resources: mem_mb=${memory}, runtime=${Math.ceil(seconds / 60)}`,
    `    shell: ${text(shell)}`,
    '',
  ].join('\n');
}

/** As Snakemake has them where it would fill something in. */
const braces = (words: string): string => words.replaceAll(/[{}]/g, '$&$&');

/** A text as Python reads it. */
const text = (value: string): string => JSON.stringify(value);
