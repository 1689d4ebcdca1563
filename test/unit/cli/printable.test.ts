import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { unzipSync, zipSync } from 'fflate';
import { summary } from '../../../src/cli/summary';
import { table, wrap, wrapPhrases } from '../../../src/cli/table';
import { printable, printableLines } from '../../../src/core/printable';
import { corpus, temporaryFolder } from '../../support/corpus';
import { eigenvalue, sampleReport } from '../../support/sample-report';
import { QUICK, landscape } from './terminal';

const HOSTILE = 'a\x1b[31mred\x07\r\nforged line\u202e\u009b2J\ud800';
// eslint-disable-next-line no-control-regex -- that is what is looked for
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|forged line$/m;

describe('names in the terminal', () => {
  it('show what would be obeyed, and are otherwise as they are', () => {
    assert.equal(printable(HOSTILE), 'a\\x1b[31mred\\x07\\x0d\\x0aforged line\\u202e\\x9b2J\\ud800');
    assert.equal(printable('λ₁ ± 2 → größe 深い 🙂 ‌'), 'λ₁ ± 2 → größe 深い 🙂 ‌');
    assert.equal(printableLines('a\nb\tc'), 'a\nb\\x09c');
  });

  it('in tables, sentences, phrases and summaries', () => {
    const report = sampleReport({
      checkpoint: { path: `/runs/${HOSTILE}.keras`, format: 'keras', sha256: 'ab', parameters: 1 },
      layers: [{ name: HOSTILE, layer: HOSTILE, shape: [1], parameters: 1, norm: 1, largest: eigenvalue(1) }],
      notes: [`Layer ${HOSTILE} is odd.`],
    });
    const texts = [
      ...table([[HOSTILE, 'b']]),
      ...wrap(`${HOSTILE} here`, 80),
      ...wrapPhrases([HOSTILE], 80),
      ...summary(report).split('\n'),
    ];
    for (const text of texts) assert.doesNotMatch(text, OBEYED);
    assert.ok(summary(report).includes('red\\x07\\x0d\\x0aforged'));
  });

  it('of layers and files, in what the command prints', async () => {
    const folder = temporaryFolder();
    const members = unzipSync(readFileSync(corpus('keras/mlp-digits.keras')));
    const config = new TextDecoder().decode(members['config.json']);
    const edited = config.replaceAll(/"(dense[_0-9]*)"/g, (_, name: string) =>
      JSON.stringify(`${name}${HOSTILE}`),
    );
    const bytes = zipSync({ ...members, 'config.json': new TextEncoder().encode(edited) });
    const network = join(folder, `x\x1b[31mred.keras`);
    writeFileSync(network, bytes);
    const refused = await landscape(['analyze', network, '--data', network]);
    const missing = await landscape(['analyze', `${network}2`, '--data', corpus('data/digits.npz')]);
    const option = await landscape(['analyze', network, `--x${HOSTILE}`]);
    for (const { code, stdout, stderr } of [refused, missing, option]) {
      assert.equal(code, 2);
      assert.notEqual(stderr, '');
      assert.doesNotMatch(stdout + stderr, OBEYED);
    }
    const named = ['--layers', 'full', '--top', '1'];
    const quick = QUICK.filter((word, i) => word !== '--layers' && QUICK[i - 1] !== '--layers');
    const done = await landscape([
      'analyze',
      network,
      '--data',
      corpus('data/digits.npz'),
      ...quick,
      ...named,
    ]);
    assert.doesNotMatch(done.stdout + done.stderr, OBEYED);
    assert.ok(`${done.stdout}${done.stderr}`.includes('\\x1b[31m'));
  });
});
