import assert from 'node:assert/strict';
import { test } from 'node:test';
import { laneCommands, parseLanesOn } from '../../../src/cluster/lanes-on';
import { lineOf } from '../../../src/lanes/far-lanes';
import { temporaryFolder } from '../../support/corpus';
import { UserError } from '../../../src/core/errors';

process.env['XDG_CONFIG_HOME'] = temporaryFolder();
const cluster = {
  long: {
    partition: 'big',
    time: '90',
    memory: '8G',
    cpus: 4,
    sbatch: ['--account=physics'],
    setup: ['module load nodejs', "echo 'ready'"],
  },
};

test('what stands behind --lanes-on', () => {
  assert.deepEqual(parseLanesOn('slurm:3'), { kind: 'slurm', count: 3, profile: undefined });
  assert.deepEqual(parseLanesOn('slurm:12:long'), { kind: 'slurm', count: 12, profile: 'long' });
  assert.deepEqual(parseLanesOn(' ssh -p 22 node7 '), { kind: 'command', command: 'ssh -p 22 node7' });
  for (const wrong of ['', ' ', 'slurm', 'slurm:', 'slurm:0', 'slurm:257', 'slurm:2:', 'slurm:2:a:b', 'a\nb'])
    assert.throws(() => parseLanesOn(wrong), UserError, JSON.stringify(wrong));
});

test('outside an allocation each is a job of its own, by its profile', async () => {
  assert.deepEqual(await laneCommands([parseLanesOn('slurm:2'), parseLanesOn('ssh a')], {}, {}), [
    'srun --nodes=1 --ntasks=1 --cpus-per-task=2 --job-name=landscape-lane',
    'srun --nodes=1 --ntasks=1 --cpus-per-task=2 --job-name=landscape-lane',
    'ssh a',
  ]);
  assert.deepEqual(await laneCommands([parseLanesOn('slurm:1:long')], { cluster }, {}), [
    'srun --nodes=1 --ntasks=1 --cpus-per-task=4 --job-name=landscape-lane --partition=big --time=1:30:00 --mem=8192M ' +
      `--account=physics bash -c 'module load nodejs\necho '\\''ready'\\''\nexec "$0" "$@"'`,
  ]);
});

test('inside an allocation they are steps on its nodes, one after the other', async () => {
  const inside = { SLURM_JOB_ID: '7', SLURM_JOB_NUM_NODES: '2' };
  const commands = await laneCommands([parseLanesOn('slurm:3')], {}, inside);
  assert.deepEqual(
    commands.map((command) => /--overlap --relative=\d$/.exec(command)?.[0]),
    ['--overlap --relative=0', '--overlap --relative=1', '--overlap --relative=0'],
  );
});

test('words are quoted once for a shell, and once more for that at the other end of ssh', () => {
  const words = ['/opt/my node/node', '/a/lane.js'];
  assert.equal(lineOf('env', words), "env '/opt/my node/node' /a/lane.js");
  assert.equal(
    lineOf('/usr/bin/ssh -p 22 n7', words),
    "/usr/bin/ssh -p 22 n7 ''\\''/opt/my node/node'\\'' /a/lane.js'",
  );
  assert.equal(lineOf('myssh n7', words), "myssh n7 '/opt/my node/node' /a/lane.js");
});
