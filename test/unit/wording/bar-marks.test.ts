import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barMarks } from '../../../src/wording/bar-marks';

const withBar = { value: 1, standardError: 0.1 };
const without = (reason: string) => ({ value: 1, standardError: null, reason });

test('figures without a bar are marked by their reason, each reason once', () => {
  const lines = [
    [withBar, withBar],
    [without('few rows'), without('few rows')],
    [without('one row'), undefined],
    [without('few rows'), undefined],
    [withBar, without('one row')],
    [{ value: 1, standardError: null }],
    [undefined],
  ];
  const marks = barMarks(lines);
  assert.deepEqual(marks.notes, ['‡ few rows', '‡‡ one row']);
  assert.deepEqual(
    lines.map((line) => marks.ofLine(line)),
    ['', '‡', '‡‡', '‡', '', '', ''],
  );
  assert.deepEqual(
    lines.map((line) => line.map((figure) => marks.ofFigure(figure, line))),
    [['', ''], ['', ''], ['', ''], ['', ''], ['', '‡‡'], [''], ['']],
  );
});
