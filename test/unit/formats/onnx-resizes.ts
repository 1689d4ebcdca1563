import { type Case, on } from './onnx-case';
import { floats, integers, node } from '../../support/onnx-file';

const resize = (
  what: string,
  attributes: Parameters<typeof node>[3],
  scales: readonly number[],
  sizes: readonly number[] = [],
): Case =>
  on(
    `Resize ${what} ${JSON.stringify(attributes)}`,
    [2, 5, 4],
    [
      node(
        'Resize',
        ['x', '', scales.length > 0 ? 'scales' : '', sizes.length > 0 ? 'sizes' : ''],
        'y',
        attributes,
      ),
    ],
    {
      opset: 18,
      initializers: [
        ...(scales.length > 0 ? [floats('scales', [scales.length], scales)] : []),
        ...(sizes.length > 0 ? [integers('sizes', sizes)] : []),
      ],
    },
  );

/** Resizing by every rule. */
export const resizes: Case[] = [
  resize(
    'nearest up',
    { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    [1, 1, 2, 3],
  ),
  resize('by 7/3 and 5/3, whose products round up in float32', { mode: 'linear' }, [1, 1, 7 / 3, 5 / 3]),
  resize('along axes in another order', { mode: 'nearest', axes: [3, 2] }, [1.5, 2]),
  resize('nearest down', { mode: 'nearest' }, [1, 1, 0.5, 0.6]),
  resize('linear', { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' }, [1, 1, 2, 1.5]),
  resize(
    'linear',
    { mode: 'linear', coordinate_transformation_mode: 'align_corners', axes: [2, 3] },
    [],
    [7, 3],
  ),
  resize('cubic', { mode: 'cubic', cubic_coeff_a: { float: -0.75 }, axes: [2, 3] }, [2, 2]),
  on('Resize by scales alone', [2, 5, 4], [node('Resize', ['x', 'scales'], 'y', { mode: 'linear' })], {
    opset: 10,
    initializers: [floats('scales', [4], [1, 1, 2, 2])],
  }),
  on('Upsample', [2, 5, 4], [node('Upsample', ['x', 'scales'])], {
    opset: 9,
    initializers: [floats('scales', [4], [1, 1, 2, 3])],
  }),
];
