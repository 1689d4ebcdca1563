import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import { analyzePytorch } from '../../../src/editor/commands/analyze-pytorch';
import { fileNamedIn, inWorkspaceTerms } from '../../../src/editor/path-names';
import { RemediableError, showError } from '../../../src/editor/show-error';
import { CancelledError, UserError } from '../../../src/core/errors';
import { temporaryFolder } from '../settings/temporary-folder';
import * as vscode from 'vscode';

beforeEach(resetFake);

const lines: string[] = [];
const note = (line: string) => void lines.push(line);
const log = { warn: note, error: note, show: () => note('shown') } as never;
/** Looking for the file that a message names takes the disk's time. */
const shows = async (count: number) => {
  while (fake.shown.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setImmediate(resolve));
};

test('an error is told from the workspace, and has a button, so that the reason is not folded away', async () => {
  const folder = temporaryFolder();
  fake.folders = [folder];
  const file = path.join(folder, 'landscape.json');
  writeFileSync(file, '{}');
  fake.press = ({ buttons }) => buttons[0];
  showError(log, new UserError(`${file} is not right: "top": at least 1.`));
  await shows(1);
  const [shown] = fake.shown;
  assert.equal(shown?.text, 'landscape.json is not right: "top": at least 1.');
  assert.deepEqual(shown.buttons, ['Open File', 'Show Log']);
  assert.equal(fake.executed[0]?.command, 'vscode.open');
  assert.equal(String(fake.executed[0].args[0]), `file:${file}`);
});

test('an error that names no file shows the log, a cancellation nothing, a remedy comes first', async () => {
  showError(log, new Error('It went wrong.'));
  showError(log, new CancelledError());
  showError(log, new RemediableError('It can be mended.', [{ label: 'Mend', run: () => undefined }]));
  await shows(2);
  assert.deepEqual(
    fake.shown.map(({ buttons }) => buttons).sort((a, b) => a.length - b.length),
    [['Show Log'], ['Mend', 'Show Log']],
  );
});

test('no other place shows errors or warnings, so that none is without a button', () => {
  const root = path.join(__dirname, '../../../src/editor');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const showing = files.filter((name) =>
    /show(Error|Warning)Message/.test(readFileSync(path.join(root, name), 'utf8')),
  );
  // What is asked about tasks that go on has a button of its own.
  assert.deepEqual(showing.sort(), [path.join('elsewhere', 'offer-cancelling.ts'), 'show-error.ts']);
});

test('the file that a message names may have blanks, and be named from a workspace folder', async () => {
  const files = new Set(['/w/my runs/a b.keras', '/w/x/landscape.json']);
  const named = (message: string) => fileNamedIn(message, ['/w'], (file) => Promise.resolve(files.has(file)));
  assert.equal(await named('/w/my runs/a b.keras is broken.'), '/w/my runs/a b.keras');
  assert.equal(await named('my runs/a b.keras: it ends early.'), '/w/my runs/a b.keras');
  assert.equal(await named('Which? See "x/landscape.json".'), '/w/x/landscape.json');
  assert.equal(await named('Nothing is named e.g. here.'), undefined);
});

test('files of the home folder are told from there', () => {
  assert.equal(inWorkspaceTerms('/h/me/x.npz and /w/a.npz', ['/w'], '/', '/h/me'), '~/x.npz and a.npz');
});

test('a file of PyTorch is answered with the way forward', async () => {
  fake.press = ({ buttons }) => buttons[0];
  try {
    await analyzePytorch({} as never, []);
  } catch (error) {
    showError(log, error);
  }
  await shows(1);
  assert.match(fake.shown[0]?.text ?? '', /right-click the model\.pt2\. .*"model": "model\.pt2"/);
  assert.match(fake.clipboard, /torch\.export\.save\(program, "model\.pt2"\)/);
});

test('the network of weights is chosen of those in the workspace, tried, and noted', async () => {
  const folder = temporaryFolder();
  const [weights, file] = [path.join(folder, 'a.pth'), path.join(folder, 'landscape.json')];
  const networks = ['/w/far/a.pt2', path.join(folder, 'net.pt2'), '/w/far/b.keras'];
  fake.pick = () => 'net.pt2';
  const asked: unknown[] = [];
  const measured: unknown[] = [];
  let fits = false;
  const services = {
    requests: {
      standing: () => Promise.resolve({ explicit: {} }),
      make: (checkpoint: string) => {
        measured.push(checkpoint);
        return Promise.resolve(undefined);
      },
    },
    summaries: { of: () => Promise.resolve({ refusal: 'not known' }) },
    checkpoints: { all: () => Promise.resolve(networks) },
    engine: {
      request: (_: string, params: unknown) => {
        asked.push(params);
        return fits ? Promise.resolve({}) : Promise.reject(new UserError('It lacks "fc.weight".'));
      },
    },
  } as never;
  const thrown = await analyzePytorch(services, [{ checkpoint: weights }]).catch((error: unknown) => error);
  assert.ok(thrown instanceof RemediableError);
  const labels = thrown.remedies.map(({ label }) => label);
  assert.deepEqual(labels, ['Choose Its Network…', 'Copy the Lines That Save It']);
  await assert.rejects(async () => thrown.remedies[0]?.run(), /lacks/);
  assert.deepEqual(
    fake.offered[0]?.items.map(({ label }) => path.basename(label)),
    ['net.pt2', 'a.pt2'],
    'those beside the weights first, and none that no weights are read in',
  );
  assert.ok(!existsSync(file), 'what does not fit is not noted');
  fits = true;
  await thrown.remedies[0]?.run();
  assert.deepEqual(asked.at(-1), { checkpoint: weights, model: path.join(folder, 'net.pt2') });
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { model: 'net.pt2' });
  assert.deepEqual(measured, [weights], 'and the analysis goes on');
});

test('what a remedy ends in is shown, too', async () => {
  const remedy = { label: 'Mend', run: () => Promise.reject(new UserError('It cannot be mended.')) };
  fake.press = ({ text }) => (text === 'Broken.' ? 'Mend' : undefined);
  showError(log, new RemediableError('Broken.', [remedy]));
  await shows(2);
  assert.equal(fake.shown[1]?.text, 'It cannot be mended.');
});

test('weights of PyTorch are asked for a network only where they are not recognized', async () => {
  const file = vscode.Uri.file('/w/a.pth');
  const services = (refusal: string | undefined) =>
    ({
      requests: { standing: () => Promise.resolve({ explicit: {} }) },
      summaries: { of: () => Promise.resolve({ refusal }) },
      checkpoints: { all: () => Promise.resolve([]) },
    }) as never;
  await assert.rejects(analyzePytorch(services('not known'), [file]), RemediableError);
  // What follows is the ordinary way of analyzing, which these services do not have.
  await assert.rejects(
    analyzePytorch(services(undefined), [file]),
    (error) => !(error instanceof RemediableError),
  );
});
