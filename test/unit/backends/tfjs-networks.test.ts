import { test } from 'node:test';
import { TfjsBackend } from '../../../src/backends/tfjs/tfjs';
import { convolutional, perceptron } from '../../support/curvature-programs';
import { networkAgrees } from '../../support/network-agrees';
import { tensorflowPath, withoutAddon } from '../../support/tensorflow-addon';

for (const backend of ['cpu', 'wasm', 'tensorflow'] as const)
  for (const [name, build] of Object.entries({ perceptron, convolutional }))
    for (const vectors of [0, 1, 4])
      test(
        `${name} on ${backend}: loss, gradient and ${vectors} products as the reference`,
        { skip: backend === 'tensorflow' && withoutAddon },
        async () => networkAgrees(await TfjsBackend.open(backend, { tensorflowPath }), build, vectors),
      );
