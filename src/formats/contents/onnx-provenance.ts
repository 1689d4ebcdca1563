import { onnx } from '../../onnx/generated/onnx';
import { toNumber } from '../checkpoints/onnx/tensor';
import type { ProtobufFields } from '../containers/protobuf-fields';
import type { ByteSource } from '../containers/source';
import type { FileContents } from './tensor-place';

/** Fields of a model (`src/onnx/onnx.proto`) that are about its making. */
const ABOUT = new Set([1, 2, 3, 4, 5, 6, 8, 14]);
/** A text that is longer is cut. */
const LONGEST = 300;
/** What one field of a model may take that is about its making. */
const LARGEST_FIELD = 1 << 20;

/** What an ONNX file says of its making: producer, versions, the exporter's metadata. */
export function onnxProvenance(source: ByteSource, fields: ProtobufFields): FileContents['provenance'] {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { number, end } of fields.of(0, source.size)) {
    if (ABOUT.has(number) && end - at <= LARGEST_FIELD) parts.push(source.read(at, end - at));
    at = end;
  }
  const model = onnx.ModelProto.decode(Buffer.concat(parts));
  const said: (readonly [key: string, value: string | null | undefined])[] = [
    ['written by', [model.producerName, model.producerVersion].filter(Boolean).join(' ')],
    ['format', model.irVersion ? `version ${toNumber(model.irVersion)}` : ''],
    [
      'operator sets',
      (model.opsetImport ?? [])
        .map(({ domain, version }) => `${domain || 'ai.onnx'} ${toNumber(version)}`)
        .join(', '),
    ],
    ['domain', model.domain],
    ['model version', toNumber(model.modelVersion) > 0 ? String(toNumber(model.modelVersion)) : ''],
    ['description', model.docString],
    ...(model.metadataProps ?? []).map(({ key, value }) => [key ?? '', value] as const),
  ];
  return said.flatMap(([key, value]) => {
    const text = (value ?? '').replace(/\s+/g, ' ').trim();
    return text === '' ? [] : [[key, text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text] as const];
  });
}
