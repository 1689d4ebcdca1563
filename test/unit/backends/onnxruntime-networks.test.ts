import { test } from 'node:test';
import { OnnxRuntimeBackend } from '../../../src/backends/onnxruntime/onnxruntime';
import { convolutional, perceptron } from '../../support/curvature-programs';
import { networkAgrees } from '../../support/network-agrees';

for (const [name, build] of Object.entries({ perceptron, convolutional }))
  for (const vectors of [0, 1, 2, 4])
    test(`${name}: loss, gradient and ${vectors} products as the reference`, async () =>
      networkAgrees(await OnnxRuntimeBackend.open({ threads: 2 }), build, vectors));
