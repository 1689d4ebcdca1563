import type { LayerCurvature } from '../../contract/report';
import type { LayerSource, Owner } from '../../contract/source';
import type { Definition } from '../../python/lines/definition';
import { type KerasLayer, kerasLines } from '../../python/lines/keras';
import { isAsRecorded, placeIn, withoutClass } from '../../python/lines/place';
import type { PythonText } from '../../python/lines/python-text';

/** A text of Python with where it lies. */
export interface CodeText {
  /** Its path; of a cell that of its notebook. */
  readonly path: string;
  readonly text: PythonText;
}

/** What makes a tensor's layer. */
export interface FoundLine {
  /** The tensor, by its number among the layers. */
  readonly tensor: number;
  readonly definition: Definition;
  /** Which instance of the class it is of, '' where there is but one. */
  readonly instance: string;
  /** Does the report hold how the line read? */
  readonly isRecorded: boolean;
}

/** What in a text makes the layers of these tensors, each of them once. */
export function foundLines(file: CodeText, layers: readonly LayerCurvature[]): readonly FoundLine[] {
  const found: FoundLine[] = [];
  for (const [tensor, layer] of layers.entries()) {
    const seen = new Set<number>();
    for (const { definition, owner, isRecorded } of ofTorch(file, layer)) {
      if (!seen.has(definition.line)) found.push({ tensor, definition, instance: owner.path, isRecorded });
      seen.add(definition.line);
    }
  }
  for (const [definition, tensor] of ofKeras(file, layers))
    found.push({ tensor, definition, instance: '', isRecorded: false });
  return found;
}

/** The line of a text that makes the layer of one of these tensors. */
export function lineOf(file: CodeText, layers: readonly LayerCurvature[], name: string): number | undefined {
  return foundLines(file, layers).find(({ tensor }) => layers[tensor].name === name)?.definition.line;
}

function* ofTorch({ path, text }: CodeText, { shape, source }: LayerCurvature) {
  if (!source) return;
  const owns = (name: string) => text.once(`is ${name}`, () => isNamed(path, name));
  const placed = (owners: readonly Owner[], from: LayerSource) =>
    owners.some(({ file }) => owns(file)) && isOfText(text, source, owners, owns)
      ? placeIn(text, { shape, source: from }, owners, owns)
      : undefined;
  const own = placed(source.owners, source);
  if (own && isAsRecorded(own.definition, source)) yield { ...own, isRecorded: source.kind === 'definition' };
  for (const owners of source.ties ?? []) {
    const tied = placed(owners, withoutClass(source));
    // How the other line of a tied tensor reads is recorded nowhere.
    if (tied) yield { ...tied, isRecorded: false };
  }
}

/** Where the line itself was not recorded, the one that calls the layer must still be there. */
function isOfText(
  text: PythonText,
  source: LayerSource,
  owners: readonly Owner[],
  owns: (name: string) => boolean,
): boolean {
  if (source.kind === 'definition' || !owners.some(({ file }) => file === source.file)) return true;
  return !owns(source.file) || text.holds(source.text);
}

/** Does a path end in these parts? `.ipynb` is any notebook. */
export function isNamed(path: string, name: string): boolean {
  if (name === '.ipynb') return path.endsWith(name);
  const whole = path.replaceAll('\\', '/');
  return whole === name || whole.endsWith(`/${name}`);
}

function* ofKeras({ text }: CodeText, layers: readonly LayerCurvature[]) {
  const own = new Map<string, KerasLayer & { readonly own: number[] }>();
  for (const [tensor, layer] of layers.entries()) {
    const { className, shape, name } = layer;
    if (className === undefined) return;
    const known = own.get(layer.layer) ?? { name: layer.layer, className, tensors: [], own: [] };
    const tensors = [...known.tensors, { parameter: name.replace(/^.*\//, ''), shape }];
    own.set(layer.layer, { ...known, tensors, own: [...known.own, tensor] });
  }
  const found = kerasLines(text, [...own.values()]);
  for (const { name, own: tensors } of own.values()) {
    const definition = found.get(name);
    if (definition) for (const tensor of tensors) yield [definition, tensor] as const;
  }
}
