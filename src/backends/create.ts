import { UserError, messageOf } from '../core/errors';
import type { Backend } from './backend';
import type { BackendChoice, BackendName } from './choice';

const makers: Record<BackendName, (choice: BackendChoice) => Promise<Backend>> = {
  onnxruntime: async ({ threads }) => {
    const { OnnxRuntimeBackend } = await import('./onnxruntime/onnxruntime');
    return OnnxRuntimeBackend.open({ threads });
  },
  webgpu: async ({ threads }) => {
    const { OnnxRuntimeBackend } = await import('./onnxruntime/onnxruntime');
    return OnnxRuntimeBackend.open({ threads, device: 'webgpu' });
  },
  cuda: async ({ threads }) => {
    const { OnnxRuntimeBackend } = await import('./onnxruntime/onnxruntime');
    return OnnxRuntimeBackend.open({ threads, device: 'cuda' });
  },
  tensorflow: async ({ tensorflowPath }) => {
    const { TfjsBackend } = await import('./tfjs/tfjs');
    return TfjsBackend.open('tensorflow', { tensorflowPath });
  },
  wasm: async () => {
    const { TfjsBackend } = await import('./tfjs/tfjs');
    return TfjsBackend.open('wasm', {});
  },
  cpu: async () => {
    const { TfjsBackend } = await import('./tfjs/tfjs');
    return TfjsBackend.open('cpu', {});
  },
  reference: async () => {
    const { ReferenceBackend } = await import('./reference/reference');
    return new ReferenceBackend();
  },
};

/** The first of the named backends that loads on this machine. Libraries are loaded here, in a lane, and nowhere else. */
export async function createBackend(choice: BackendChoice): Promise<Backend> {
  const failures: string[] = [];
  for (const name of choice.names) {
    try {
      return await makers[name](choice);
    } catch (error) {
      failures.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new UserError(`No backend could be loaded (${failures.join('; ')}).`);
}
