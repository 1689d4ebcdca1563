import type { PanelState } from '../../src/contract/panel-protocol';
import type { Slice } from '../../src/contract/report';
import type { Context, Section } from '../context';
import { onChange } from '../dom';
import { shortName } from '../file-name';
import { plotFrame } from '../plots/frame';
import { interpolationIsLog, interpolationPlot } from '../plots/interpolation';

interface Input {
  readonly slice: Slice | undefined;
  readonly ends: readonly [string, string];
}

/** Loss and accuracy between two checkpoints. */
export function interpolationSection(context: Context): Section {
  const frame = plotFrame(context, 'interpolation', 'Interpolation', 340);
  const show = onChange(({ slice, ends }: Input) =>
    frame.update({
      settings: slice
        ? `${ends[0]} → ${ends[1]} · ${slice.coordinates.length} points${interpolationIsLog(slice) ? ' · log loss' : ''}`
        : '',
      draw: (size) => interpolationPlot(slice ?? EMPTY, ends, size, 'interpolation'),
    }),
  );
  return {
    element: frame.element,
    update(state) {
      const input = inputOf(state);
      frame.element.hidden = input === undefined;
      if (input) show(input);
    },
  };
}

const EMPTY: Slice = {
  kind: 'interpolation',
  label: '',
  coordinates: [],
  loss: { train: [], test: [] },
};

function inputOf({ report }: PanelState): Input | undefined {
  const slice = report?.slices.find(({ kind }) => kind === 'interpolation');
  if (!report || (!slice && report.kind !== 'interpolation')) return undefined;
  return { slice, ends: [shortName(report.checkpoint), report.other ? shortName(report.other) : 't = 1'] };
}
