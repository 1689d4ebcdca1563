import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { stagesOf } from '../../../src/jobs/analyze/stages/table';
import { CancelledError } from '../../../src/core/errors';
import { type Report, reportSchema } from '../../../src/contract/report';
import { MEASURES, type MeasureId } from '../../../src/contract/measures';
import { EXACT_FOR_ROWS } from '../../../src/contract/vocabulary';
import { corpus, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const request = (more = {}) =>
  quickRequest(corpus('keras/mlp-tanh-moons.keras'), corpus('data/moons.npz'), {
    samples: 'first:128',
    trace: true,
    density: true,
    measures: true,
    ...more,
  });

const idsOf = ({ measures }: Pick<Report, 'measures'>) => measures.map(({ id }) => id);

/** What costs nothing beyond the spectrum. */
const FREE: readonly MeasureId[] = MEASURES.slice(0, MEASURES.indexOf('keskar-1e-3'));

describe('the measures of an analysis', () => {
  test('all of them, streamed one by one in the order of tables, and stated in the settings', async () => {
    const context = recordingContext();
    const report = await analyze(request(), context);
    assert.deepEqual(idsOf(report), MEASURES);
    assert.deepEqual(report.settings.measures, MEASURES);
    assert.deepEqual(
      report.notes.filter((note) => !/in float64\.$/.test(note)),
      [],
    );
    const counts = context.partials.map(({ measures }) => measures.length);
    for (let count = 0; count <= MEASURES.length; count++) assert.ok(counts.includes(count), `${count}`);
    for (const partial of context.partials) {
      assert.deepEqual(reportSchema.parse(partial), partial);
      assert.deepEqual(
        idsOf(partial),
        MEASURES.filter((id) => idsOf(partial).includes(id)),
      );
    }
    const shares = context.progresses
      .filter(({ stage }) => stage === 'measures')
      .map(({ fraction }) => fraction);
    assert.ok(shares.length > MEASURES.length / 2);
    shares.forEach((share, i) => assert.ok(share >= (shares[i - 1] ?? 0) && share <= 1));
    for (const { value, standardError } of report.measures) {
      assert.ok(Number.isFinite(value));
      assert.ok(standardError === null || standardError >= 0);
    }
    const again = await analyze(request(), recordingContext());
    assert.deepEqual(again.measures, report.measures);
  });

  test('some of them are those, with the same digits', async () => {
    const few = await analyze(
      request({ density: false, measures: ['trace', 'average-sharpness'] }),
      recordingContext(),
    );
    assert.deepEqual(idsOf(few), ['trace', 'average-sharpness']);
    const alone = await analyze(
      request({ density: false, measures: ['average-sharpness'] }),
      recordingContext(),
    );
    assert.deepEqual(alone.measures[0], few.measures[1]);
    const none = await analyze(request({ density: false, measures: false }), recordingContext());
    assert.deepEqual(none.measures, []);
    assert.deepEqual(none.settings.measures, []);
  });

  test('from every eigenvalue where the spectrum is exact', async () => {
    const { measures, spectrum } = await analyze(
      request({ exact: true, measures: FREE }),
      recordingContext(),
    );
    const value = (id: MeasureId) => measures.find((each) => each.id === id)!.value;
    const positive = spectrum.exact!.eigenvalues.filter((each) => each > 0);
    const total = positive.reduce((sum, each) => sum + each, 0);
    const squares = positive.reduce((sum, each) => sum + each * each, 0);
    assert.ok(Math.abs(value('participation') / (total ** 2 / squares) - 1) < 1e-12);
    assert.equal(value('lambda-min'), spectrum.exact!.eigenvalues[0]);
    assert.doesNotMatch(measures.find(({ id }) => id === 'lambda-min')!.note!, /at most/);
    // Nothing is estimated but from these rows; a count has no derivative to tell even that.
    for (const { id, standardError, settings, reason } of measures) {
      if (reason?.startsWith('no bar')) {
        assert.deepEqual([standardError, settings.error], [null, 'none'], id);
        continue;
      }
      assert.equal(settings.error, id === 'negative-mass' ? EXACT_FOR_ROWS : 'over rows', id);
      assert.ok(id === 'negative-mass' ? standardError === null : standardError! > 0, id);
    }
  });

  test('a regression has them too: PAC-Bayes by the ratio of losses', async () => {
    const report = await analyze(
      quickRequest(corpus('keras/mlp-diabetes.keras'), corpus('data/diabetes.npz'), {
        samples: 'first:64',
        measures: ['pac-bayes', 'pac-bayes-scaled', 'fisher-rao', 'keskar-1e-3'],
      }),
      recordingContext(),
    );
    assert.deepEqual(idsOf(report), ['keskar-1e-3', 'pac-bayes', 'pac-bayes-scaled', 'fisher-rao']);
    assert.equal(report.measures[1].settings.threshold, 'loss × 2');
  });

  test('what the analysis did not measure is left out by name', async () => {
    const report = await analyze(
      request({ trace: false, density: false, measures: FREE }),
      recordingContext(),
    );
    assert.deepEqual(idsOf(report), ['lambda-max', 'lambda-min', 'lambda-ratio']);
    const text = report.notes.join(' ');
    for (const id of FREE.slice(3)) assert.ok(text.includes(id), id);
  });

  test('a cancelled analysis ends within its measures', async () => {
    const controller = new AbortController();
    const context = recordingContext(controller.signal);
    const stopping = {
      ...context,
      partial: (report: Report) => {
        context.partial(report);
        if (report.measures.some(({ id }) => id === 'sam-sharpness')) controller.abort();
      },
    };
    await assert.rejects(analyze(request(), stopping), CancelledError);
    assert.ok(idsOf(context.partials.at(-1)!).length < MEASURES.length);
  });
});

test('measures stand in the estimate with the work that they take', () => {
  const asked = request({ budgetSeconds: 1 });
  const size = { tensors: 4, parameters: 1000, testShare: 1, operations: 1000 };
  const works = (each: typeof asked) => stagesOf(each, size).find(({ name }) => name === 'measures')?.work;
  assert.ok(works(asked)! > 100);
  assert.equal(works({ ...asked, measures: false }), undefined);
  assert.ok(works({ ...asked, measures: ['fisher-rao'] })! < 3);
});
