import { ClaimedNumbers } from '../checkpoints/torch/strided';
import type { ModelJson } from '../checkpoints/torch/export/model-json';
import { openTorchExport } from '../checkpoints/torch/export/read';
import { givenTensor } from '../checkpoints/torch/export/stored-tensors';
import type { ByteSource } from '../containers/source';
import { refusedPlace, stridedPlace } from './strided-place';
import { type FileContents, LARGE, type TensorPlace } from './tensor-place';

/** Tensors of a program of `torch.export`, in place, and what it says of the PyTorch that wrote it. */
export function exportContents(source: ByteSource): FileContents {
  const { program, stored } = openTorchExport(source, source.size > LARGE);
  const claims = new ClaimedNumbers(source.name);
  const places = new Map<string, TensorPlace>();
  const tied: string[] = [];
  for (const spec of program.graph_module.signature.input_specs) {
    const given = givenTensor(spec);
    if (!given) continue;
    const { name, kind } = given;
    const tensor = stored.get(name);
    if (!tensor || 'refusal' in tensor) {
      places.set(name, refusedPlace(name, tensor?.refusal ?? 'is missing from the archive'));
      continue;
    }
    const { storage, shape, strides, offset } = tensor;
    const key = [storage, offset, shape.join('x'), strides.join('x'), kind].join(' ');
    const known = places.get(key);
    if (known) tied.push(`"${name}" and "${known.name}"`);
    else places.set(key, stridedPlace(name, tensor, claims));
  }
  return {
    kind: 'PyTorch export',
    tensors: [...places.values()],
    provenance: provenanceOf(program),
    notes: tied.length > 0 ? [`${tied.join(', ')} are one tensor under several names.`] : [],
    weightsAlone: false,
  };
}

function provenanceOf({
  torch_version: version,
  schema_version: schema,
  opset_version: sets,
  graph_module: module,
}: ModelJson) {
  const said: (readonly [string, string])[] = [];
  if (version) said.push(['written by', `PyTorch ${version}`]);
  said.push(['schema of torch.export', `${schema.major}.${schema.minor ?? 0}`]);
  const operators = Object.entries(sets ?? {}).map(([set, number]) => `${set} ${number}`);
  if (operators.length > 0) said.push(['operator sets', operators.join(', ')]);
  said.push(['program', `${module.graph.nodes.length} operations`]);
  return said;
}
