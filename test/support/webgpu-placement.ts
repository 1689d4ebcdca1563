import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Emission, inputName } from '../../src/backends/onnxruntime/emission';
import { ort } from '../../src/backends/onnxruntime/runtime';
import { WEBGPU_SESSION } from '../../src/backends/onnxruntime/webgpu/adapter';
import { webgpuOps } from '../../src/backends/onnxruntime/webgpu/table';
import { type Build, curvatureProgram } from './curvature-programs';

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly args: { readonly provider?: string };
}

/** Holds how many operators we say that the device runs against what the runtime's own profile of a run says. */
export async function profileAgrees(build: Build): Promise<void> {
  const { program, feeds } = curvatureProgram(build, 1);
  const [model] = new Emission(program).run(webgpuOps).parts;
  const folder = await mkdtemp(path.join(tmpdir(), 'placement-'));
  try {
    const session = await ort.InferenceSession.create(model.bytes, {
      ...WEBGPU_SESSION,
      graphOptimizationLevel: 'disabled',
      enableProfiling: true,
      profileFilePrefix: path.join(folder, 'profile'),
      logSeverityLevel: 4,
    });
    const tensors = program.inputs.map(({ name, node }) => {
      const { shape } = program.nodes[node];
      const data = feeds[name];
      const tensor =
        data instanceof Int32Array
          ? new ort.Tensor('int32', data, shape)
          : new ort.Tensor('float32', Float32Array.from(data), shape);
      return [inputName(name), tensor] as const;
    });
    await session.run(Object.fromEntries(tensors));
    session.endProfiling();
    const [file] = await readdir(folder);
    const events = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as ProfileEvent[];
    const run = events.filter(({ cat, args }) => cat === 'Node' && args.provider !== undefined);
    assert.deepEqual([...new Set(run.map(({ args }) => args.provider))], ['WebGpuExecutionProvider']);
    assert.equal(run.length, model.nodes);
  } finally {
    await rm(folder, { recursive: true });
  }
}
