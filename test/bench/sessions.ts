import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ort } from '../../src/backends/onnxruntime/runtime';
import type { Executable, Feeds } from '../../src/backends/backend';
import { OnnxRuntimeBackend } from '../../src/backends/onnxruntime/onnxruntime';
import { cut } from '../../src/objective/evaluation/chunks';
import { NO_SCALING, cutLabels } from '../../src/objective/data/split';
import { cutInputs } from '../../src/lanes/columns';
import {
  type ParameterSpace,
  parametersOf,
  stateOf,
  valuesOf,
} from '../../src/objective/programs/parameter-space';
import { type LossHead, ObjectivePrograms } from '../../src/objective/programs/programs';
import type { PackedProgram } from '../../src/lanes/packed-program';
import { unitVector } from './exchange';
import type { BenchNetwork } from './network';
import type { ProfileLine } from './worker';

export type SessionWay = 'session-gradient' | 'session-hvp1' | 'session-hvp4';

/** The same programs in this process, one session with all threads: no lanes, no messages, no sums over chunks. */
export class BareSessions {
  private readonly programs: ObjectivePrograms;
  private readonly vectors: Feeds;
  private readonly chunks: readonly Feeds[];

  constructor(
    network: BenchNetwork,
    head: LossHead,
    chunkRows: number,
    private readonly threads: number,
  ) {
    const { model, data } = network;
    const [parameters, state] = [parametersOf(model), stateOf(model)];
    this.programs = new ObjectivePrograms({ model, head }, parameters.blocks, state.blocks, chunkRows);
    this.vectors = Object.assign(
      feedsOf('theta', parameters, valuesOf(parameters)),
      feedsOf('state', state, valuesOf(state)),
      ...[0, 1, 2, 3].map((k) => feedsOf(`v${k}`, parameters, unitVector(parameters.dimension, k))),
    ) as Feeds;
    this.chunks = Array.from({ length: cut(data.rows, chunkRows).chunks }, (_, i) => {
      const rows = Int32Array.from({ length: chunkRows }, (_, row) => i * chunkRows + row);
      const taken = rows.filter((row) => row < data.rows);
      return {
        'x/0': Float32Array.from(
          cutInputs(data.inputs[0], taken, chunkRows, { scaling: NO_SCALING, rearrangement: undefined }),
        ),
        y: cutLabels(data.labels, taken, chunkRows, { dtype: 'int32' }),
        weights: Float32Array.from(rows, (row) => (row < data.rows ? 1 : 0)),
      };
    });
  }

  async prepared(way: SessionWay): Promise<() => Promise<unknown>> {
    const executable = await this.compiled(this.program(way));
    return async () => {
      for (const chunk of this.chunks) await executable.run({ ...chunk, ...this.vectors });
    };
  }

  /** Where the time of one product goes, by ONNX operator, the most expensive first. */
  async profile(folder: string, runs: number): Promise<ProfileLine[]> {
    mkdirSync(folder, { recursive: true });
    const prefix = 'profile-';
    const before = readdirSync(folder).filter((file) => file.startsWith(prefix));
    before.forEach((file) => rmSync(join(folder, file)));
    const session = await withProfiling(join(folder, prefix), () =>
      this.compiled(this.programs.products('hessian', 1)),
    );
    for (let i = 0; i < runs; i++) await session.executable.run({ ...this.chunks[0], ...this.vectors });
    session.end();
    const file = readdirSync(folder).find((name) => name.startsWith(prefix))!;
    return linesOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProfileEvent[], runs);
  }

  private program(way: SessionWay): PackedProgram {
    if (way === 'session-gradient') return this.programs.gradient();
    return this.programs.products('hessian', way === 'session-hvp1' ? 1 : 4);
  }

  private async compiled({ program }: PackedProgram): Promise<Executable> {
    return (await OnnxRuntimeBackend.open({ threads: this.threads })).compile(program);
  }
}

function feedsOf(prefix: string, { blocks }: ParameterSpace, values: Float64Array): Feeds {
  const flat = Float32Array.from(values);
  return Object.fromEntries(
    blocks.map(({ name, offset, length }) => [`${prefix}/${name}`, flat.subarray(offset, offset + length)]),
  );
}

/** Sessions that `make` creates write the runtime's own profile, which the backend has no option for. */
async function withProfiling(
  prefix: string,
  make: () => Promise<Executable>,
): Promise<{ executable: Executable; end(): void }> {
  const { create } = ort.InferenceSession;
  let session: ort.InferenceSession | undefined;
  const profiled = async (bytes: Uint8Array, options: ort.InferenceSession.SessionOptions) =>
    (session = await create(bytes, { ...options, enableProfiling: true, profileFilePrefix: prefix }));
  Object.assign(ort.InferenceSession, { create: profiled });
  try {
    const executable = await make();
    return { executable, end: () => session?.endProfiling() };
  } finally {
    Object.assign(ort.InferenceSession, { create });
  }
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

function linesOf(events: readonly ProfileEvent[], runs: number): ProfileLine[] {
  const sums = new Map<string, { microseconds: number; nodes: number }>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || !args?.op_name) continue;
    const sum = sums.get(args.op_name) ?? { microseconds: 0, nodes: 0 };
    sums.set(args.op_name, { microseconds: sum.microseconds + dur, nodes: sum.nodes + 1 });
  }
  const total = [...sums.values()].reduce((sum, { microseconds }) => sum + microseconds, 0);
  return [...sums]
    .map(([op, { microseconds, nodes }]) => ({
      op,
      nodes: nodes / runs,
      milliseconds: microseconds / runs / 1000,
      share: microseconds / total,
    }))
    .sort((a, b) => b.share - a.share);
}
