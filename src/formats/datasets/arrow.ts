import { UserError } from '../../core/errors';
import { parseJson } from '../containers/json';
import { hasBytes } from '../containers/head';
import type { FileSource } from '../containers/source';
import { readColumns, rowsIn } from './arrow-cells';
import { type ArrowFile, FILE_MAGIC, openArrow } from './arrow-messages';
import { factsOf } from './arrow-schema';
import { besideNote, testBeside, withOtherParts } from './beside';
import { type CellTable, openCells } from './cell-table';
import type { DataRequest } from './choices';
import { numberedClasses } from './classes';
import type { DataFormat, FoundData, OpenedData } from './format';
import { arrowPartsIn, isHuggingFaceFolder } from './huggingface-folder';

const STREAM_START = [0xff, 0xff, 0xff, 0xff];

/** Arrow files, as Hugging Face's `datasets` saves and caches them: numbers, classes, lists, pictures. */
export const arrow: DataFormat = {
  name: 'Arrow',
  extensions: ['.arrow'],
  what: "folders of Hugging Face's `datasets` (`save_to_disk`, or its cache), and Arrow files alone, unpacked: numbers, classes, lists of numbers, pictures",
  recognizes: ({ path, isFolder, head }) =>
    isFolder
      ? isHuggingFaceFolder(path)
      : hasBytes(head, FILE_MAGIC) || (hasBytes(head, STREAM_START) && /\.arrows?$/i.test(path)),
  find({ path, isFolder }): FoundData {
    const { train, test, notes } = isFolder ? arrowPartsIn(path) : partsBeside(path);
    return {
      files: [...train, ...test],
      open: (sources, request) =>
        openAll(sources.slice(0, train.length), sources.slice(train.length), request, { path, notes }),
    };
  },
};

function partsBeside(path: string) {
  const train = withOtherParts(path);
  const test = testBeside([path]);
  return { train, test, notes: besideNote(test) };
}

function openAll(
  trainSources: readonly FileSource[],
  testSources: readonly FileSource[],
  request: DataRequest,
  { path, notes }: { readonly path: string; readonly notes: readonly string[] },
): Promise<OpenedData> {
  const [train, test] = [trainSources, testSources].map((sources) => sources.map(openArrow));
  const [first] = train;
  const odd = [...train, ...test].find((file) => namesOf(file) !== namesOf(first));
  if (odd)
    throw new UserError(
      `${odd.source.name} has other columns than ${first.source.name}: give files of one table.`,
    );
  return openCells(
    { path, columns: first.fields.map(factsOf), train: tableOf(train, path), test: tableOf(test, path) },
    request,
    [...notes, ...classNotes(first)],
  );
}

const namesOf = ({ fields }: ArrowFile): string => JSON.stringify(fields.map(({ name }) => name));

const tableOf = (files: readonly ArrowFile[], path: string): CellTable => ({
  path,
  rows: files.reduce((sum, file) => sum + rowsIn(file), 0),
  read: (names, wanted, request) => readColumns(files, names, wanted, request),
});

/** The names of classes that stand as numbers, by what `datasets` notes of the columns. */
function classNotes({ metadata, fields, source: { name } }: ArrowFile): string[] {
  const noted = metadata.get('huggingface');
  if (noted === undefined) return [];
  const features = at(at(parseJson(noted, name), 'info'), 'features');
  return fields.flatMap((field) => {
    const feature = at(features, field.name);
    const names = at(feature, 'names');
    if (at(feature, '_type') !== 'ClassLabel' || field.type.kind !== 'int' || !Array.isArray(names))
      return [];
    return [`The classes of "${field.name}" are ${numberedClasses(names.map(String))}.`];
  });
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
