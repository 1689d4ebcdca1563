import type { Curve } from '../../src/contract/curve';
import type { PanelState } from '../../src/contract/panel-protocol';
import { formatNumber } from '../../src/wording/format-number';
import { barrierText, curveSettings } from '../../src/wording/interpretation/of-curve';
import type { Context, Section } from '../context';
import { onChange } from '../dom';
import type { LineSeries } from '../plots/lines';
import { linesFrame } from '../plots/lines-frame';

/** The loss along a curve of low loss between two checkpoints, beside that along the straight line. */
export function curveSection(context: Context): Section {
  const frame = linesFrame(context, 'curve', 'Curve of low loss', 300);
  const show = onChange((curve: Curve | undefined) => {
    const lines = curve ? linesOf(curve) : [];
    // As on the line above it, where a loss of zero is no place on a logarithmic axis.
    const log = lines.every(({ y }) => y.every((loss) => loss > 0));
    frame.show(lines, curve ? settingsOf(curve) : '', {
      log,
      xName: 't',
      xTitle: 't, from 0 at the first to 1 at the second',
      yName: 'loss',
      label: 'Loss along the curve, and dashed along the straight line',
    });
  });
  return { element: frame.element, update: ({ report }: PanelState) => show(report?.curve) };
}

function settingsOf(curve: Curve): string {
  const measured =
    curve.line && curve.curve
      ? [
          `barrier ${barrierText(curve.curve.barrier.train)}`,
          `dashed: the straight line, ${barrierText(curve.line.barrier.train)}`,
          `${formatNumber(curve.length.curve / curve.length.line, 3)} times as long`,
        ]
      : [];
  return [...measured, ...curveSettings(curve)].join(' · ');
}

const STYLE = { train: 'a', test: 'b' } as const;

function linesOf({ line, curve }: Curve): LineSeries[] {
  const ways = [
    { name: 'curve', profile: curve, dash: '' },
    { name: 'line', profile: line, dash: ' dash' },
  ];
  return ways.flatMap(({ name, profile, dash }) =>
    (['train', 'test'] as const).flatMap((split): LineSeries[] => {
      const losses = profile?.slice.loss[split] ?? [];
      if (!profile || losses.length === 0) return [];
      const { coordinates, standardError } = profile.slice;
      return [
        {
          name: `${split}, ${name}`,
          style: `${STYLE[split]}${dash}`,
          x: coordinates,
          y: losses,
          ...(standardError ? { error: standardError[split] } : {}),
          // Both end where the checkpoint is: four names would stand on each other.
          named: name === 'curve',
        },
      ];
    }),
  );
}
