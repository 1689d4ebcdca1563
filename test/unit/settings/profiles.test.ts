import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { profileOf, profilesFile } from '../../../src/settings/profiles';
import { parseSettings } from '../../../src/settings/read';
import { temporaryFolder } from './temporary-folder';

test('a profile is what landscape.json says over what the person says', async () => {
  const file = join(temporaryFolder(), 'cluster.json');
  assert.deepEqual(await profileOf(undefined, {}, file), {});
  writeFileSync(
    file,
    '{ "$schema": "x", "default": { "time": "10" }, // mine\n "long": { "time": "2-0", "cpus": 8 } }',
  );
  const cluster = { long: { partition: 'main', cpus: 4 } };
  assert.deepEqual(await profileOf(undefined, { cluster }, file), { time: '10' });
  assert.deepEqual(await profileOf('long', { cluster }, file), { time: '2-0', cpus: 4, partition: 'main' });
  await assert.rejects(profileOf('short', { cluster }, file), /no profile "short" \(known: long, default\)/);
  await assert.rejects(profileOf('toString', {}, file), /no profile "toString"/);
});

test('a mistake in a profile is named by its place', async () => {
  const file = join(temporaryFolder(), 'cluster.json');
  writeFileSync(file, '{ "default": { "time": "soon" } }');
  await assert.rejects(
    profileOf(undefined, {}, file),
    /cluster\.json is not right: .*default\.time.*minutes, H:MM:SS/,
  );
  const bad = '{ "cluster": { "long": { "memory": "much", "setup": ["a\\nb"] } } }';
  assert.throws(
    () => parseSettings(bad, 'landscape.json'),
    /"cluster\.long\.memory": .*8G.*"cluster\.long\.setup\.0": one line/,
  );
});

test("a person's profiles lie where their settings do", () => {
  assert.equal(profilesFile({ XDG_CONFIG_HOME: '/c' }), '/c/landscape/cluster.json');
  assert.match(profilesFile({}), /\.config\/landscape\/cluster\.json$/);
});
