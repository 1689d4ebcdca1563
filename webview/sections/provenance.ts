import { formatBytes, formatCount, formatNumber, formatSeconds } from '../../src/wording/format-number';
import type { Report } from '../../src/contract/report';
import type { Section } from '../context';
import { h, onChange, replace } from '../dom';

/** Everything that it takes to measure the same digits again, folded away at the end of the page. */
export function provenanceSection(): Section {
  const list = h('dl', {});
  const element = h('details', { class: 'provenance' }, h('summary', {}, 'How it was measured'), list);
  const show = onChange((entries: readonly (readonly [string, string])[]) =>
    replace(list, ...entries.flatMap(([term, text]) => [h('dt', {}, term), h('dd', {}, text)])),
  );
  return {
    element,
    update({ report }) {
      element.hidden = !report;
      if (report) show(entriesOf(report));
    },
  };
}

function entriesOf({ checkpoint, other, settings, cost, createdAt }: Report): (readonly [string, string])[] {
  const file = ({ path, format, sha256 }: Report['checkpoint']) => `${path} (${format}), SHA-256 ${sha256}`;
  const { data, input } = settings;
  const versions = Object.entries(settings.versions).map(([name, version]) => `${name} ${version}`);
  const entries: (readonly [string, string | false])[] = [
    ['Checkpoint', file(checkpoint)],
    ['Other end', other !== undefined && file(other)],
    [
      'Data',
      `${data.path}, ${formatCount(data.trainRows)} training and ${formatCount(data.testRows)} test rows, SHA-256 ${data.sha256}`,
    ],
    ['Rows', `${settings.samples}, in chunks of ${formatCount(settings.chunkRows)}`],
    ['Inputs', inputText(input)],
    ['Loss', `${settings.loss} (${settings.lossSource}), ${settings.lossScaling}`],
    ['Label smoothing', settings.labelSmoothing !== undefined && String(settings.labelSmoothing)],
    ['Batch norm', settings.batchNorm],
    ['Weight decay', settings.weightDecay],
    ['Operator', settings.operator],
    ['Backend', `${settings.backend}, ${settings.precision}`],
    ['Seed', String(settings.seed)],
    [
      'Cost',
      `${formatCount(cost.hvps)} Hessian-vector products at ${formatNumber(cost.hvpMilliseconds, 3)} ms, ${formatCount(
        cost.gradients,
      )} gradients, ${formatSeconds(cost.seconds)} in all, ${formatBytes(cost.peakMemoryBytes)} at most`,
    ],
    ['Versions', versions.length > 0 && versions.join(', ')],
    ['Made', new Date(createdAt).toLocaleString()],
  ];
  return entries.filter((entry): entry is readonly [string, string] => Boolean(entry[1]));
}

function inputText({ scale, mean, std, layout }: Report['settings']['input']): string {
  const plain = scale === 1 && mean.every((value) => value === 0) && std.every((value) => value === 1);
  const order = layout ? `, ${layout}` : '';
  if (plain) return `as they are${order}`;
  const list = (values: readonly number[]) => values.map((value) => formatNumber(value, 4)).join(', ');
  return `(x × ${formatNumber(scale, 6)} − ${list(mean)}) / ${list(std)}${order}`;
}
