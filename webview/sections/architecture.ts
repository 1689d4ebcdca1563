import { counted, formatCount, formatNumber } from '../../src/wording/format-number';
import type { CheckpointSummary } from '../../src/contract/engine-protocol';
import type { Context, Section } from '../context';
import { h, onChange } from '../dom';
import type { PlotTable } from '../plots/plot';
import { type Column, sortableTable } from '../table';
import { tensorName } from '../tensor-name';
import { tableSection } from './table-section';

type Layer = CheckpointSummary['layers'][number];
type Parameter = CheckpointSummary['parameters'][number];

/** Extents that only data decide are left open. */
const shapeText = (shape: Layer['outputShape'], sign: string) =>
  shape?.map((extent) => extent ?? 'any').join(sign);

const LAYER_COLUMNS: readonly Column<Layer>[] = [
  { label: 'layer', className: 'name', cell: ({ name }) => name },
  { label: 'class', cell: ({ className }) => className },
  { label: 'output', cell: ({ outputShape }) => shapeText(outputShape, ' × ') || '–' },
  { label: 'parameters', numeric: true, cell: (layer) => formatCount(layer.parameters) },
];

const PARAMETER_COLUMNS: readonly Column<Parameter>[] = [
  {
    label: 'tensor',
    className: 'name',
    sortBy: ({ name }) => name,
    cell: ({ name, trainable }) => tensorName(name, undefined, trainable ? undefined : 'not trained'),
  },
  { label: 'shape', className: 'shape', cell: ({ shape }) => shape.join(' × ') || 'scalar' },
  { label: 'count', numeric: true, sortBy: ({ count }) => count, cell: ({ count }) => formatCount(count) },
  { label: 'norm', numeric: true, sortBy: ({ norm }) => norm, cell: ({ norm }) => formatNumber(norm, 4) },
];

/** What a checkpoint holds: its layers, and its tensors with shapes and norms. */
export function architectureSection(context: Context): Section {
  const layers = tableSection(context, 'architecture', 'Architecture');
  const parameters = tableSection(context, 'parameters', 'Parameters');
  const layerTable = sortableTable(context, {
    id: 'architecture',
    name: 'Layers of the model',
    columns: LAYER_COLUMNS,
    limit: 40,
  });
  const parameterTable = sortableTable(context, {
    id: 'parameters',
    name: 'Tensors of the model',
    columns: PARAMETER_COLUMNS,
    limit: 40,
  });
  layers.setTable(layerTable.element);
  parameters.setTable(parameterTable.element);
  const element = h('div', { class: 'pair' }, layers.element, parameters.element);
  const show = onChange((summary: CheckpointSummary) => {
    const trainable = summary.parameters.filter((parameter) => parameter.trainable);
    const count = trainable.reduce((sum, parameter) => sum + parameter.count, 0);
    layers.setSettings(counted(summary.layers.length, 'layer'));
    parameters.setSettings(`${formatCount(count)} trainable in ${counted(trainable.length, 'tensor')}`);
    layers.setNumbers(layerNumbers(summary));
    parameters.setNumbers(parameterNumbers(summary));
    layerTable.update(summary.layers);
    parameterTable.update(summary.parameters);
  });
  return {
    element,
    update({ view, summary, contents }) {
      // Weights alone have no layers, and their tensors are told at more length.
      element.hidden = view !== 'checkpoint' || !summary || contents !== undefined;
      if (!element.hidden && summary) show(summary);
    },
  };
}

function layerNumbers({ layers }: CheckpointSummary): PlotTable {
  return {
    columns: ['layer', 'class', 'output', 'parameters'],
    rows: layers.map((layer) => [
      layer.name,
      layer.className,
      shapeText(layer.outputShape, 'x') ?? null,
      layer.parameters,
    ]),
  };
}

function parameterNumbers({ parameters }: CheckpointSummary): PlotTable {
  return {
    columns: ['tensor', 'layer', 'shape', 'count', 'trainable', 'norm'],
    rows: parameters.map(({ name, layer, shape, count, trainable, norm }) => [
      name,
      layer,
      shape.join('x'),
      count,
      trainable ? 'yes' : 'no',
      norm,
    ]),
  };
}
