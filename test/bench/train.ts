import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Objective } from '../../src/objective/evaluation/objective';
import { bytesOf, floatsOf } from './exchange';
import type { BenchNetwork } from './network';

const RATE = 2e-3;
const BETA1 = 0.9;
const BETA2 = 0.999;

/**
 * The network after some full-batch steps of Adam (Kingma & Ba 2015), so that its spectrum is that of a network people
 * ask about: at a random start the trace is a small difference of large parts. Kept in `file` for the next time.
 */
export async function trained(
  network: BenchNetwork,
  steps: number,
  file: string,
  objectiveOf: (network: BenchNetwork) => Promise<Objective>,
): Promise<BenchNetwork> {
  if (!existsSync(file)) {
    const objective = await objectiveOf(network);
    try {
      writeFileSync(file, bytesOf(Float32Array.from(await descend(objective, steps))));
    } finally {
      objective.dispose();
    }
  }
  const theta = floatsOf(readFileSync(file));
  let at = 0;
  const tensors = network.model.tensors.map((tensor) => {
    if (!tensor.trainable) return tensor;
    const data = theta.subarray(at, (at += tensor.data.length));
    return { ...tensor, data };
  });
  return { ...network, model: { ...network.model, tensors } };
}

async function descend(objective: Objective, steps: number): Promise<Float64Array> {
  const origin = objective.origin;
  let { theta } = origin;
  const first = new Float64Array(theta.length);
  const second = new Float64Array(theta.length);
  for (let step = 1; step <= steps; step++) {
    const { gradient } = await objective.gradient({ ...origin, theta });
    const [bias1, bias2] = [1 - BETA1 ** step, 1 - BETA2 ** step];
    theta = theta.map((value, i) => {
      first[i] = BETA1 * first[i] + (1 - BETA1) * gradient[i];
      second[i] = BETA2 * second[i] + (1 - BETA2) * gradient[i] ** 2;
      return value - (RATE * first[i]) / bias1 / (Math.sqrt(second[i] / bias2) + 1e-8);
    });
  }
  return theta;
}
