import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { Verdict } from './judge';
import type { Catalogue, Door } from './python';

const PAGE = join(__dirname, '../../docs/DOORS.md');
const PLACE = /(<!-- made by `npm run doors` -->)[^]*?(<!-- \/made -->)/;

const DOORS: Readonly<Record<Door, string>> = {
  pth: 'weights alone',
  folder: 'folder of transformers',
  pt2: '`.pt2`',
  onnx: '`.onnx`',
};

/** Puts a table of every architecture and door into docs/DOORS.md. */
export async function writePage(verdicts: readonly Verdict[], versions: Catalogue): Promise<void> {
  const text = readFileSync(PAGE, 'utf8').replace(
    PLACE,
    (_, open: string, close: string) => `${open}\n\n${tables(verdicts, versions)}\n\n${close}`,
  );
  const options = await resolveConfig(PAGE);
  writeFileSync(PAGE, await format(text, { ...options, filepath: PAGE }));
}

function tables(verdicts: readonly Verdict[], { torch, torchvision }: Catalogue): string {
  const doors = (['pth', 'folder', 'pt2', 'onnx'] as const).filter((door) =>
    verdicts.some((verdict) => verdict.door === door),
  );
  const names = [...new Set(verdicts.map(({ name }) => name))];
  const of = (name: string) => verdicts.filter((verdict) => verdict.name === name);
  const refused = verdicts.filter(({ refusal }) => refusal !== undefined);
  const worst = verdicts.reduce((most, { deviation = 0 }) => Math.max(most, deviation), 0);
  return [
    `By PyTorch ${torch} and torchvision ${torchvision}: ${names.length} architectures, ${verdicts.length} files, ${refused.length} refused; the outputs are PyTorch's in float64 but for ${worst.toExponential(1)} of their norm at most.`,
    '',
    `| architecture | parameters | ${doors.map((door) => DOORS[door]).join(' | ')} |`,
    `| --- | ---: | ${doors.map(() => '---:').join(' | ')} |`,
    ...names.map((name) => {
      const own = of(name);
      const cells = doors.map((door) => cellOf(own.find((verdict) => verdict.door === door)));
      return `| ${name} | ${(own[0].parameters / 1e6).toFixed(1)}M | ${cells.join(' | ')} |`;
    }),
    '',
    ...refused.map(({ name, door, refusal }) => `- ${name} by ${DOORS[door]}: ${refusal}`),
  ].join('\n');
}

const cellOf = (verdict: Verdict | undefined): string => {
  if (!verdict) return '';
  const { seconds, deviation } = verdict;
  return seconds === undefined ? 'refused' : `${seconds.toFixed(2)} s, ${deviation!.toExponential(0)}`;
};
