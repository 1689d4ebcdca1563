import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeOf } from '../../../src/core/size-of';
import { openModel } from '../../../src/formats/model';
import { uniform } from '../../support/weights-by-name';
import { corpusJson } from './corpus';
import { run, saved } from './onnx-opened';

// Operators in each version of the set from 7 to 25 in which they changed, against ONNX Runtime (test/corpus/make/opsets.py).

interface Case {
  readonly name: string;
  readonly row: readonly number[];
  /** The file, in base 64. */
  readonly model: string;
  readonly shape: readonly number[];
  readonly output: readonly number[];
}

const ROWS = 2;

async function differs({ row, model: file, shape, output }: Case): Promise<string | undefined> {
  const { model } = await openModel(saved(Buffer.from(file, 'base64')));
  const x = Float32Array.from(uniform('x', ROWS * sizeOf(row)));
  const computed = await run(model, x, ROWS);
  if (computed.shape.join() !== shape.join())
    return `[${computed.shape.join()}] instead of [${shape.join()}]`;
  const at = output.findIndex(
    (value, i) => !(Math.abs(computed.values[i] - value) <= 2e-5 * Math.max(1, Math.abs(value))),
  );
  return at < 0 ? undefined : `${computed.values[at]} instead of ${output[at]} at ${at}`;
}

const cases = corpusJson<readonly Case[]>('onnx/opsets.json');
const operators = [...new Set(cases.map(({ name }) => name.split(' ')[0]))];

for (const operator of operators)
  test(`${operator} means in each version of the set what ONNX Runtime computes`, async () => {
    for (const each of cases.filter(({ name }) => name.split(' ')[0] === operator))
      assert.equal(await differs(each), undefined, each.name);
  });
