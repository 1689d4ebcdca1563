// Our side of the bench: answers requests, one JSON object a line on stdin, with one a line on stdout. Bundled beside
// the built lane, so that the objective forks its lanes as it does for a user.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { density } from '../../src/analysis/spectrum/density';
import { type LargestResult, largest } from '../../src/analysis/spectrum/largest';
import { trace } from '../../src/analysis/spectrum/trace';
import { operatorAt } from '../../src/jobs/analyze/operator-at';
import { chooseLoss } from '../../src/objective/loss/choose-loss';
import { NO_SCALING } from '../../src/objective/data/split';
import { endWarmLanes } from '../../src/lanes/open';
import { Objective } from '../../src/objective/evaluation/objective';
import type { LossHead } from '../../src/objective/programs/programs';
import type { SymmetricOperator } from '../../src/analysis/operator';
import { messageOf } from '../../src/core/errors';
import { type Estimated, estimateAndTruth } from './estimate';
import { readProduct, unitVector, writeExchange } from './exchange';
import type { BenchNetwork } from './network';
import { networkNamed } from './networks';
import { BareSessions, type SessionWay } from './sessions';
import { asStored } from './stored';
import { timed } from './timing';
import { trained } from './train';
import type { Analysis, Opened, OursRequest, ProfileLine } from './worker';

const headOf = ({ name, model, data }: BenchNetwork): LossHead =>
  chooseLoss(model, { train: data }, name, { loss: 'categorical-crossentropy' }).head;

const objectiveOf = (network: BenchNetwork): Promise<Objective> =>
  Objective.create({
    model: network.model,
    head: headOf(network),
    train: network.data,
    trainRows: Int32Array.from({ length: network.data.rows }, (_, i) => i),
    scaling: NO_SCALING,
    rearrangement: undefined,
    backend: 'onnxruntime',
  });

class Ours {
  private network!: BenchNetwork;
  private objective!: Objective;
  private sessions!: BareSessions;

  /** Builds the network, trains it for some steps, and writes it where the other side reads it. */
  async open({ name, scale, steps, folder, threads }: OursRequest<'open'>): Promise<Opened> {
    mkdirSync(folder, { recursive: true });
    const fresh = networkNamed(name, scale);
    const file = join(folder, `trained-${fresh.data.rows}-${steps}.bin`);
    if (fresh.stored) this.network = await asStored(fresh, fresh.stored);
    else this.network = steps > 0 ? await trained(fresh, steps, file, objectiveOf) : fresh;
    writeExchange(folder, this.network);
    this.objective = await objectiveOf(this.network);
    const { parameters, chunkRows, backend } = this.objective;
    this.sessions = new BareSessions(this.network, headOf(this.network), chunkRows, threads);
    return {
      title: this.network.title,
      ...backend.versions,
      parameters: parameters.dimension.toString(),
      'rows a chunk': chunkRows.toString(),
    };
  }

  /** How far our product is from the other side's, relative to its length. */
  async compare({ folder }: OursRequest<'compare'>): Promise<number> {
    const theirs = readProduct(folder);
    const [ours] = await this.product(1);
    const square = (values: Iterable<number>) => [...values].reduce((sum, x) => sum + x * x, 0);
    return Math.sqrt(square(ours.map((x, i) => x - theirs[i])) / square(theirs));
  }

  async time({ way, seconds, least }: OursRequest<'time'>): Promise<number[]> {
    const run = await this.prepared(way);
    return timed(run, seconds, least);
  }

  /** From a loaded network and its rows to the figures, sessions and lanes included. */
  async analyze({ way, count }: OursRequest<'analyze'>): Promise<Analysis> {
    endWarmLanes();
    const started = performance.now();
    const objective = await objectiveOf(this.network);
    try {
      const hessian = operatorAt(objective, objective.origin, 'hessian');
      const result = await analyses[way](hessian, count, objective);
      return { seconds: (performance.now() - started) / 1000, ...result, products: objective.cost.hvps };
    } finally {
      objective.dispose();
    }
  }

  /** From the loaded network to its first product, in lanes of its own. */
  async first(): Promise<{ seconds: number }> {
    endWarmLanes();
    const started = performance.now();
    const objective = await objectiveOf(this.network);
    try {
      await objective.hvp(objective.origin, [unitVector(objective.parameters.dimension, 0)]);
      return { seconds: (performance.now() - started) / 1000 };
    } finally {
      objective.dispose();
    }
  }

  /** The most that this process and its lanes ever held, in bytes. */
  async memory(): Promise<number> {
    return this.objective.cost.peakMemoryBytes + process.resourceUsage().maxRSS * 1024;
  }

  profile({ folder, runs }: OursRequest<'profile'>): Promise<ProfileLine[]> {
    return this.sessions.profile(folder, runs);
  }

  estimate(): Promise<Estimated> {
    return estimateAndTruth(this.network, objectiveOf);
  }

  end(): void {
    this.objective.dispose();
  }

  private product(count: number): Promise<Float64Array[]> {
    const vectors = Array.from({ length: count }, (_, i) =>
      unitVector(this.objective.parameters.dimension, i),
    );
    return this.objective.hvp(this.objective.origin, vectors);
  }

  private async prepared(way: OursRequest<'time'>['way']): Promise<() => Promise<unknown>> {
    const { objective } = this;
    const origin = objective.origin;
    if (way === 'gradient') return () => objective.gradient(origin);
    if (way.startsWith('hvp')) {
      const count = Number(way.slice('hvp'.length));
      const vectors = Array.from({ length: count }, (_, i) => unitVector(objective.parameters.dimension, i));
      return () => objective.hvp(origin, vectors);
    }
    return this.sessions.prepared(way as SessionWay);
  }
}

/** The largest eigenvalues as an analysis searches them: the first vector is the gradient's. */
async function top(objective: Objective, hessian: SymmetricOperator, count: number): Promise<LargestResult> {
  const { gradient } = await objective.gradient(objective.origin);
  const [product] = await hessian.apply([gradient]);
  return largest(hessian, { count, seed: 1, start: () => ({ vector: gradient, product }) });
}

type Analyze = (
  hessian: SymmetricOperator,
  count: number,
  objective: Objective,
) => Promise<{ values: number[]; standardError?: number | null; forms?: number }>;

const analyses: Record<OursRequest<'analyze'>['way'], Analyze> = {
  top: async (hessian, count, objective) => {
    const { pairs } = await top(objective, hessian, count);
    return { values: pairs.map(({ value }) => value) };
  },
  /** As an analysis does it: the eigenvalue search's basis, then probes in what it leaves. */
  trace: async (hessian, count, objective) => {
    const { space } = await top(objective, hessian, count);
    const { value, standardError, probes } = await trace(hessian, { space, seed: 1 });
    return { values: [value], standardError, forms: probes };
  },
  /** What both sides' traces are held against. */
  'reference trace': async (hessian, count) => {
    const { space } = await largest(hessian, { count, seed: 2 });
    const { value, standardError } = await trace(hessian, { space, seed: 2, target: 0.003, maxProbes: 200 });
    return { values: [value], standardError };
  },
  density: async (hessian, steps) => {
    const { nodes, moments } = await density(hessian, { steps, seed: 1 });
    const ends = [nodes[0].eigenvalue, nodes[nodes.length - 1].eigenvalue];
    return { values: ends, standardError: moments[0].standardError };
  },
};

const ours = new Ours();

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const { task, ...request } = JSON.parse(line) as { task: keyof Ours };
    const handler = ours[task] as (request: object) => Promise<unknown>;
    try {
      console.log(JSON.stringify({ ok: true, value: await handler.call(ours, request) }));
    } catch (error) {
      console.log(JSON.stringify({ ok: false, message: messageOf(error) }));
    }
  }
  ours.end();
}

void main();
