import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { stampOf } from '../../../src/editor/store/file-records';
import { parseReport, readReport } from '../../../src/editor/store/read-report';
import { ReportStore, type HashFile } from '../../../src/editor/store/report-store';
import { staleness } from '../../../src/editor/store/staleness';
import { settingsText } from '../../../src/settings/fingerprint';
import { analyzeRequest, interpolateRequest } from '../../../src/settings/merge';
import { UserError } from '../../../src/core/errors';
import type { Report } from '../../../src/contract/report';
import { VERSION } from '../../../src/core/version';
import { aReport } from './a-report';
import { temporaryFolder } from '../settings/temporary-folder';

/** "Hashes" by a table, with the files named in `beside` belonging to each, and fails for files it was not to read. */
const hashing =
  (table: Record<string, string>, beside: readonly string[] = []): HashFile =>
  async (file) => {
    const sha256 = table[path.basename(file)];
    if (sha256 === undefined) throw new Error(`read ${file}`);
    const stamps = await Promise.all([file, ...beside].map(stampOf));
    return { sha256, files: stamps.filter((stamp) => stamp !== undefined) };
  };
const noHash = hashing({});
/** What the files of {@link house} hold at first. */
const asMade = hashing({ 'x.keras': 'c1', 'y.keras': 'c2', 'd.npz': 'd1' });

async function house() {
  const root = temporaryFolder();
  const work = path.join(root, 'work');
  await mkdir(work);
  const file = async (name: string, content: string) => {
    const full = path.join(work, name);
    await writeFile(full, content);
    return full;
  };
  const checkpoint = await file('x.keras', 'one');
  const data = await file('d.npz', 'data');
  const request = analyzeRequest(checkpoint, { data });
  const base = aReport();
  const report: Report = {
    ...base,
    createdAt: new Date().toISOString(),
    checkpoint: { ...base.checkpoint, path: checkpoint, sha256: 'c1' },
    settings: { ...base.settings, data: { ...base.settings.data, path: data, sha256: 'd1' } },
  };
  const store = new ReportStore(path.join(root, 'store'));
  return { root, work, file, checkpoint, data, request, report, store };
}

test('a saved report is found again by path and by content, without reading the files', async () => {
  const { store, request, report, checkpoint, root } = await house();
  assert.equal(await store.latest(checkpoint), undefined);
  await store.save(request, report, asMade);
  const again = new ReportStore(path.join(root, 'store'));
  assert.deepEqual((await again.latest(checkpoint))?.report, report);
  assert.deepEqual((await again.stored(request))?.report, report);
  assert.deepEqual((await again.find(request, noHash))?.report, report);
});

test('other settings are another report; latest is the newest', async () => {
  const { store, request, report, checkpoint } = await house();
  await store.save(request, report, asMade);
  const other = { ...request, seed: 2 };
  assert.equal(await store.find(other, noHash), undefined);
  assert.equal(await store.stored(other), undefined);
  const newer = { ...report, createdAt: new Date(Date.now() + 1000).toISOString() };
  await store.save(other, newer, asMade);
  assert.deepEqual((await store.latest(checkpoint))?.report, newer);
  assert.deepEqual((await store.stored(request))?.report, report);
});

test('what another version measured is not given as new, and said where it is shown', async () => {
  const { store, request, report, checkpoint, root } = await house();
  const versions = { ...report.settings.versions, landscape: '0.0.9' };
  await store.save(request, { ...report, settings: { ...report.settings, versions } }, asMade);
  const stored = await store.latest(checkpoint);
  assert.deepEqual(await staleness(stored!, checkpoint, store.records), [
    `Landscape 0.0.9 measured this; what ${VERSION} measures may differ.`,
  ]);
  // The names that reports had before the version was a part of them.
  const text = ['analysis', 'c1', '-', 'd1', settingsText(request)].join('\n');
  const old = createHash('sha256').update(text).digest('hex').slice(0, 40);
  const other = new ReportStore(path.join(root, 'other'));
  await mkdir(path.join(root, 'other', 'reports'), { recursive: true });
  await writeFile(path.join(root, 'other', 'reports', `${old}.json`), JSON.stringify(report));
  assert.equal(await other.find(request, asMade), undefined);
});

test('a report on noisy labels is found by its own request alone', async () => {
  const { store, request, report, checkpoint } = await house();
  const noisy = { ...request, trained: { seed: 1, labelNoise: 0.2 } };
  await store.save(noisy, report, asMade);
  assert.equal(await store.latest(checkpoint), undefined);
  assert.equal(await store.find(request, noHash), undefined);
  assert.deepEqual((await store.stored(noisy))?.report, report);
});

test('a copy finds the report of its original', async () => {
  const { store, request, report, file } = await house();
  await store.save(request, report, asMade);
  const copy = await file('copy.keras', 'one');
  const found = await store.find({ ...request, checkpoint: copy }, hashing({ 'copy.keras': 'c1' }));
  assert.deepEqual(found?.report, report);
  assert.deepEqual((await store.latest(copy))?.report, report);
  const different = await store.find({ ...request, checkpoint: copy }, noHash);
  assert.deepEqual(different?.report, report, 'the hash of the copy is remembered');
});

test('an interpolation is kept apart from the analysis', async () => {
  const { store, request, report, file, checkpoint, data } = await house();
  const other = await file('y.keras', 'two');
  const line = interpolateRequest(checkpoint, other, { data });
  const lineReport: Report = {
    ...report,
    kind: 'interpolation',
    other: { ...report.checkpoint, sha256: 'c2' },
  };
  await store.save(line, lineReport, asMade);
  assert.equal(await store.latest(checkpoint), undefined);
  assert.deepEqual((await store.stored(line))?.report, lineReport);
  assert.equal(await store.stored(request), undefined);
  assert.equal(await store.stored(interpolateRequest(other, checkpoint, { data })), undefined);
});

test('what has changed since is said', async () => {
  const { store, request, report, checkpoint, data, file } = await house();
  await store.save(request, report, asMade);
  const told = async (current = request) => {
    const stored = await store.latest(checkpoint);
    assert.ok(stored);
    return staleness(stored, checkpoint, store.records, { current, explicit: {} });
  };
  assert.deepEqual(await told(), []);
  assert.deepEqual(await told({ ...request, top: 9 }), [
    'The settings have changed since: top was 5 and is 9 now.',
  ]);
  const elsewhere = await file('e.npz', 'other');
  assert.deepEqual(await told({ ...request, data: elsewhere }), [
    'The data are e.npz now; this was measured on d.npz.',
  ]);
  await writeFile(data, 'changed data');
  assert.deepEqual(await told(), ['d.npz has changed since this was measured.']);
  await writeFile(checkpoint, 'longer than before');
  assert.equal((await told()).length, 2);
  // The same content under a new date is no change, once somebody has looked.
  await store.hashOf(request, checkpoint, hashing({ 'x.keras': 'c1' }));
  await store.hashOf(request, data, hashing({ 'd.npz': 'd1' }));
  assert.deepEqual(await told(), []);
});

test('files that belong to a checkpoint count as it does', async () => {
  const { store, file, request: base, report, data } = await house();
  const checkpoint = await file('model.json', '{}');
  const weights = await file('weights.bin', 'w1');
  const request = { ...base, checkpoint };
  const ofModel: Report = { ...report, checkpoint: { ...report.checkpoint, path: checkpoint, sha256: 'm1' } };
  const combined =
    (sha256: string): HashFile =>
    (of, said) =>
      hashing({ 'model.json': sha256, 'd.npz': 'd1' }, of === data ? [] : [weights])(of, said);
  await store.save(request, ofModel, combined('m1'));
  const told = async () => {
    const stored = await store.latest(checkpoint);
    assert.ok(stored);
    return staleness(stored, checkpoint, store.records);
  };
  assert.deepEqual(await told(), []);
  const later = new Date(Date.now() + 60_000);
  // The same bytes under a new date: unknown at first, and no change once somebody has looked.
  await utimes(checkpoint, later, later);
  assert.deepEqual(await told(), ['model.json has changed since this was measured.']);
  assert.deepEqual((await store.find(request, combined('m1')))?.report, ofModel);
  assert.deepEqual(await told(), []);
  await writeFile(weights, 'w2 is longer');
  assert.deepEqual(await told(), ['weights.bin has changed since this was measured.']);
  assert.equal(await store.find(request, combined('m2')), undefined);
  assert.deepEqual(await told(), ['model.json has changed since this was measured.']);
  await rm(weights);
  assert.deepEqual(await told(), ['weights.bin is no longer there.']);
});

test("weights' architecture counts as they do", async () => {
  const { store, file, request: base, report, data } = await house();
  const [checkpoint, model] = [await file('best.pth', 'w'), await file('net.pt2', 'n1')];
  const request = { ...base, checkpoint, model };
  const own = { ...report.checkpoint, path: checkpoint, sha256: 'w with n1' };
  const hash: HashFile = async (of, said) =>
    of === data
      ? asMade(of, said)
      : hashing({ 'best.pth': `w with ${said.model === model ? 'n1' : 'nothing'}` }, [model])(of, said);
  await store.save(request, { ...report, checkpoint: own }, hash);
  const told = async () => staleness((await store.latest(checkpoint))!, checkpoint, store.records);
  assert.deepEqual(await told(), []);
  assert.ok(await store.find(request, noHash));
  assert.equal(await store.find({ ...request, model: undefined }, hash), undefined);
  await store.hashOf(request, checkpoint, hash);
  await writeFile(model, 'another network');
  assert.deepEqual(await told(), ['net.pt2 has changed since this was measured.']);
});

test("data with their rows' weights are another hash than without", async () => {
  const { store, request, data } = await house();
  const hash: HashFile = async (file, said) => hashing({ 'd.npz': `d1 ${said.sampleWeights}` })(file, said);
  assert.equal(await store.hashOf(request, data, hash), 'd1 undefined');
  assert.equal(await store.hashOf({ ...request, sampleWeights: true }, data, hash), 'd1 true');
  assert.equal(await store.hashOf({ ...request, sampleWeights: true }, data, noHash), 'd1 true');
  assert.equal(await store.hashOf(request, data, hash), 'd1 undefined');
});

test('a file that changed while the run read it makes its report out of date', async () => {
  const { store, request, report, checkpoint } = await house();
  await store.save(request, report, hashing({ 'x.keras': 'written meanwhile', 'd.npz': 'd1' }));
  const stored = await store.latest(checkpoint);
  assert.ok(stored);
  assert.deepEqual(await staleness(stored, checkpoint, store.records), [
    'x.keras has changed since this was measured.',
  ]);
});

test('a report that the terminal wrote beside the checkpoint is picked up', async () => {
  const { store, report, checkpoint, file, request } = await house();
  await file('x.landscape.json', JSON.stringify(report));
  const stored = await store.latest(checkpoint);
  assert.deepEqual(stored?.report, report);
  assert.ok(stored);
  assert.deepEqual(
    await staleness(stored, checkpoint, store.records, { current: request, explicit: {} }),
    [],
  );
  assert.deepEqual(
    await staleness(stored, checkpoint, store.records, {
      current: request,
      explicit: { top: 7, data: request.data },
    }),
    ['The settings have changed since: top was 5 and is 7 now.'],
  );
  const later = new Date(Date.now() + 60_000);
  await utimes(checkpoint, later, later);
  assert.deepEqual(await staleness(stored, checkpoint, store.records, { current: request, explicit: {} }), [
    'x.keras is newer than this report.',
  ]);
});

test("a neighbour's report is not taken for this checkpoint's", async () => {
  const { store, report, file } = await house();
  const other = await file('x.h5', 'h5');
  await file('x.landscape.json', JSON.stringify(report));
  assert.equal(await store.latest(other), undefined);
});

test('damage in the store counts as nothing stored', async () => {
  const { store, request, report, checkpoint } = await house();
  await store.save(request, report, asMade);
  const stored = await store.latest(checkpoint);
  assert.ok(stored);
  const whole = await readFile(stored.path, 'utf8');
  await writeFile(stored.path, '{ "schemaVersion": 1');
  assert.equal(await store.latest(checkpoint), undefined);
  const digit = whole.lastIndexOf('"seconds":') + '"seconds":'.length;
  assert.match(whole[digit] ?? '', /\d/);
  await writeFile(stored.path, whole.slice(0, digit) + '7' + whole.slice(digit + 1));
  assert.equal(await store.latest(checkpoint), undefined, 'a changed digit');
});

test('reports that have changed places in the store are not those of either', async () => {
  const { store, request, report, checkpoint, file } = await house();
  const other = await file('y.keras', 'two');
  const otherRequest = { ...request, checkpoint: other };
  await store.save(request, report, asMade);
  await store.save(
    otherRequest,
    { ...report, checkpoint: { ...report.checkpoint, path: other, sha256: 'c2' } },
    asMade,
  );
  const [mine, theirs] = [await store.latest(checkpoint), await store.latest(other)];
  assert.ok(mine && theirs);
  const [a, b] = [await readFile(mine.path, 'utf8'), await readFile(theirs.path, 'utf8')];
  await writeFile(mine.path, b);
  await writeFile(theirs.path, a);
  const again = new ReportStore(path.join(path.dirname(path.dirname(mine.path))));
  assert.equal(await again.latest(checkpoint), undefined);
  assert.equal(await again.stored(otherRequest), undefined);
});

test('what is no report is refused in one sentence that names the file', async () => {
  const refused = (text: string) => {
    try {
      parseReport(text, 'f.json');
    } catch (error) {
      assert.ok(error instanceof UserError);
      return error.message;
    }
    return assert.fail('read it');
  };
  assert.match(refused('{'), /^f\.json is not a Landscape report: it is not valid JSON/);
  assert.match(
    refused('{"schemaVersion": 2}'),
    /^f\.json was written by a newer Landscape \(report version 2/,
  );
  assert.match(refused('{"schemaVersion": 1}'), /^f\.json is not a Landscape report: .* at "kind"\.$/);
  assert.match(refused('[]'), /^f\.json is not a Landscape report/);
  await assert.rejects(readReport('/nowhere/r.json'), /^UserError: There is no file \/nowhere\/r\.json/);
});
