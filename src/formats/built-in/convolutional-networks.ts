import { UserError } from '../../core/errors';
import type { ModelDescription } from '../../contract/run-file';
import { type Part, part } from './blueprint';
import { hiddenLayers } from './dense-networks';
import { CHANNELS, activation, add, batchNorm, conv, dropout, flatten, reshape } from './parts';

type Cnn = Extract<ModelDescription, { kind: 'cnn' }>;
type Residual = Extract<ModelDescription, { kind: 'residual' }>;

/** Rows as [height, width, channels]; grey images get their channel. */
function image(x: Part, kind: string): Part {
  const { shape } = x;
  if (shape.length === 3) return x;
  if (shape.length === 2) return reshape(x, [...shape, 1]);
  throw new UserError(
    `a "${kind}" needs rows of [height, width] or [height, width, channels], but these are [${shape.join(', ')}]; choose "mlp", or reshape the data.`,
  );
}

/** Convolutions, each followed by a pooling that halves the image while there is something to halve. */
export function cnn(x: Part, description: Cnn, rate: number): Part {
  const { filters, kernel, activation: kind, batchNorm: normed } = description;
  const body = filters.reduce(
    (at, count, i) => {
      const name = `conv_${i + 1}`;
      const made = normed
        ? activation(
            batchNorm(conv(at, name, count, { kernel, bias: false }), `${name}_norm`),
            `${name}_activation`,
            kind,
          )
        : conv(at, name, count, { kernel, activation: kind, bias: true });
      return dropout(pool(made, `pool_${i + 1}`), `${name}_dropout`, rate);
    },
    image(x, 'cnn'),
  );
  return hiddenLayers(flatten(body), description, rate);
}

function pool(x: Part, name: string): Part {
  const [height, width, channels] = x.shape;
  if (height < 2 || width < 2) return x;
  return part(
    'MaxPooling2D',
    name,
    { shape: [Math.floor(height / 2), Math.floor(width / 2), channels], from: x },
    {
      config: { pool_size: [2, 2], strides: [2, 2], padding: 'valid', ...CHANNELS },
    },
  );
}

/**
 * A residual network for small images (He et al. 2016, section 4.2): a stem, stages of blocks of two convolutions with
 * the image halved between stages, projections (1x1) on the shortcuts that change shape, the mean over the image. With
 * filters [16, 32, 64] and one block a stage it is ResNet-8.
 */
export function residual(
  x: Part,
  { filters, blocks, batchNorm: normed, skip }: Residual,
  rate: number,
): Part {
  const convolved = (
    at: Part,
    [name, label]: readonly [name: string, label: string],
    count: number,
    window: { readonly kernel: number; readonly stride: number },
  ) => {
    const made = conv(at, name, count, { ...window, bias: !normed });
    return normed ? batchNorm(made, label) : made;
  };
  const block = (at: Part, name: string, count: number, stride: number): Part => {
    const inner = (part: Part, i: number, step: number) =>
      convolved(part, [`${name}_conv_${i}`, `${name}_norm_${i}`], count, { kernel: 3, stride: step });
    const first = activation(inner(at, 1, stride), `${name}_activation_1`, 'relu');
    const second = inner(first, 2, 1);
    const changes = stride !== 1 || at.shape[2] !== count;
    const shortcut =
      changes && skip
        ? convolved(at, [`${name}_projection`, `${name}_projection_norm`], count, { kernel: 1, stride })
        : at;
    const joined = skip ? add(second, shortcut, `${name}_add`) : second;
    return dropout(activation(joined, `${name}_activation_2`, 'relu'), `${name}_dropout`, rate);
  };
  const stem = activation(
    convolved(image(x, 'residual'), ['stem_conv', 'stem_norm'], filters[0], { kernel: 3, stride: 1 }),
    'stem_activation',
    'relu',
  );
  const body = filters.reduce((at, count, stage) => {
    return Array.from({ length: blocks }).reduce<Part>((inside, _, i) => {
      const stride = stage > 0 && i === 0 ? 2 : 1;
      return block(inside, `stage_${stage + 1}_block_${i + 1}`, count, stride);
    }, at);
  }, stem);
  return part(
    'GlobalAveragePooling2D',
    'mean',
    { shape: [body.shape[2]], from: body },
    {
      config: { ...CHANNELS, keepdims: false },
    },
  );
}
