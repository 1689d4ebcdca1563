import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printed } from '../../../src/cluster/print/printed';
import { temporaryFolder } from '../../support/corpus';
import { writtenTasks } from '../../support/task-list';

const resources = { seconds: 660, memory: 3072, cpus: 2, atOnce: 4 };
const command = ['/opt/node', '/opt/landscape/cli.js'];
const kubernetes = { image: 'registry/landscape:1', claim: 'shared', mount: '/data' };

async function parts(profile = {}) {
  const { list, job } = await writtenTasks(temporaryFolder(), 6);
  return { list, job, parts: { job, profile, resources, resumes: false, command } };
}

test('print:sbatch is the script that would be submitted', async () => {
  const { list, job, parts: given } = await parts();
  const text = printed('sbatch', given, list);
  assert.match(text, /^#!\/bin\/bash\n#SBATCH --job-name=landscape-[0-9a-f]{16}\n#SBATCH --array=0-5%4\n/);
  assert.ok(
    text.includes(`/opt/node /opt/landscape/cli.js task ${job.folder.path} --index "$SLURM_ARRAY_TASK_ID" &`),
  );
});

test('print:kubernetes is an Indexed Job that does not try a mistake again', async () => {
  const { list, job, parts: given } = await parts({ kubernetes, setup: ['umask 002'] });
  const { kind, metadata, spec } = JSON.parse(printed('kubernetes', given, list)) as {
    kind: string;
    metadata: { name: string };
    spec: Record<string, unknown> & {
      podFailurePolicy: { rules: unknown[] };
      template: { spec: { containers: [Record<string, unknown>]; volumes: unknown } };
    };
  };
  assert.equal(kind, 'Job');
  // A label of DNS.
  assert.match(metadata.name, /^[a-z][a-z0-9-]{0,62}$/);
  assert.deepEqual([spec['completionMode'], spec['completions'], spec['parallelism']], ['Indexed', 6, 4]);
  assert.deepEqual(spec.podFailurePolicy.rules[0], {
    action: 'FailIndex',
    onExitCodes: { containerName: 'task', operator: 'In', values: [2] },
  });
  const [container] = spec.template.spec.containers;
  assert.deepEqual(container['command'], [
    '/bin/sh',
    '-c',
    `umask 002\nexec landscape task ${job.folder.path}`,
  ]);
  assert.deepEqual(container['volumeMounts'], [{ name: 'shared', mountPath: '/data' }]);
  assert.deepEqual(spec.template.spec.volumes, [
    { name: 'shared', persistentVolumeClaim: { claimName: 'shared' } },
  ]);
});

test('print:kubernetes asks for what only the cluster knows', async () => {
  const { list, parts: given } = await parts();
  assert.throws(() => printed('kubernetes', given, list), /"image", "claim" and "mount" in the profile/);
});

test("print:snakemake has the results as its rule's outputs", async () => {
  const { list, job, parts: given } = await parts({ setup: ['export A=${B}'] });
  const text = printed('snakemake', given, list);
  for (const { key, label } of list.tasks) assert.ok(text.includes(`    "${key}",  # ${label}\n`));
  assert.ok(text.includes(`    output: "${list.results}/{key}.json"\n`));
  assert.ok(text.includes('    resources: mem_mb=3072, runtime=11\n'));
  const shell = `export A=\${{B}}\n/opt/node /opt/landscape/cli.js task ${job.folder.path} --key {wildcards.key} >{log:q} 2>&1`;
  assert.ok(text.includes(`    shell: ${JSON.stringify(shell)}\n`));
});
