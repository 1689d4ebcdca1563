// Which architectures open by which door, and how far their outputs are from PyTorch's, by a Python with PyTorch, torchvision
// and for all doors onnxscript and transformers:
//   LANDSCAPE_TORCH_PYTHON=.../bin/python npm run doors [-- [part of a name...] [--large] [--write]]
// --large takes those of more than 100 million parameters too; --write puts the tables into docs/DOORS.md as they grow.
import { mkdtempSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Verdict, judge, wrongOf } from './judge';
import { writePage } from './page';
import { Architectures, type Entry } from './python';

const textOf = (verdict: Verdict): string => {
  const { name, door, seconds, deviation, apart, refusal } = verdict;
  const figures =
    refusal ??
    `${seconds!.toFixed(2)} s, off by ${deviation!.toExponential(1)}, rows apart by ${apart!.toExponential(1)}`;
  return `${name} by ${door}: ${figures}`;
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      large: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const interpreter = process.env.LANDSCAPE_TORCH_PYTHON;
  if (!interpreter) throw new Error('LANDSCAPE_TORCH_PYTHON names no Python with PyTorch and torchvision.');
  const root = mkdtempSync(join(tmpdir(), 'landscape-doors-'));
  const folder = join(root, 'files');
  const verdicts: Verdict[] = [];
  try {
    const [architectures, versions] = await Architectures.start(interpreter, folder);
    const isMeant = ({ name, large }: Entry) =>
      (values.large || !large) &&
      (positionals.length === 0 || positionals.some((part) => name.includes(part)));
    for (const entry of versions.entries.filter(isMeant)) {
      mkdirSync(folder);
      const written = await architectures.write(entry);
      for (const door of entry.doors) {
        const verdict = await judge(entry.name, door, written, folder);
        verdicts.push(verdict);
        console.log(textOf(verdict));
      }
      rmSync(folder, { recursive: true });
      if (values.write) await writePage(verdicts, versions);
    }
    architectures.end();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  const wrong = verdicts.filter((verdict) => wrongOf(verdict) !== undefined);
  for (const verdict of wrong) console.log(`WRONG: ${textOf(verdict)} (${wrongOf(verdict)})`);
  console.log(`${verdicts.length} files, ${wrong.length} wrong`);
  process.exit(wrong.length > 0 ? 1 : 0);
}

void main();
