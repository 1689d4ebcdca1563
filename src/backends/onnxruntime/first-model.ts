import { ModelBuilder } from './model-builder';
import { ort } from './runtime';

/**
 * Whether a model of one operator is computed rightly by the providers of a session.
 * @throws whatever the runtime does where they do not start
 */
export async function computesNegative(options: ort.InferenceSession.SessionOptions): Promise<boolean> {
  const model = new ModelBuilder();
  const x = model.input('x', 'float', [2]);
  const [y] = model.node('Neg', [x]);
  const bytes = model.finish([{ name: y, shape: [2] }]);
  const session = await ort.InferenceSession.create(bytes, { ...options, logSeverityLevel: 4 });
  const result = await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, -2), [2]) });
  const values = result[y].data as Float32Array;
  await session.release();
  return values[0] === -1 && values[1] === 2;
}
