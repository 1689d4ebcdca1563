// Writes media/schemas from the one definition in src/contract, or with --check says whether the files still match it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import * as z from 'zod';
import { profilesFileSchema } from '../src/contract/cluster-profile';
import { comparisonSchema } from '../src/contract/comparison';
import { experimentFileSchema } from '../src/contract/experiment';
import { historySchema } from '../src/contract/history';
import { reportSchema } from '../src/contract/report';
import { runFileSchema } from '../src/contract/run-file';
import { settingsSchema } from '../src/contract/settings';
import { watchLineSchema } from '../src/contract/watch';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, 'media/schemas');

const schemas = {
  'landscape.json': { title: 'Landscape settings', schema: settingsSchema, io: 'input' },
  'cluster.json': { title: 'Landscape on clusters', schema: profilesFileSchema, io: 'input' },
  'report.json': { title: 'Landscape report', schema: reportSchema, io: 'output' },
  'run.json': { title: 'Landscape run of training', schema: runFileSchema, io: 'input' },
  'experiment.json': { title: 'Landscape experiment', schema: experimentFileSchema, io: 'input' },
  'history.json': { title: 'Landscape history of a run', schema: historySchema, io: 'input' },
  'watch-line.json': { title: 'Line of a watched run', schema: watchLineSchema, io: 'output' },
  'comparison.json': { title: 'Landscape comparison', schema: comparisonSchema, io: 'output' },
} as const;

// Draft 7 is the newest that VS Code completes and validates in full.
const render = async ({ title, schema, io }: (typeof schemas)[keyof typeof schemas]): Promise<string> => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io });
  const options = await prettier.resolveConfig(path.join(root, 'package.json'));
  return prettier.format(JSON.stringify({ $schema, title, ...rest }), { ...options, parser: 'json' });
};

/** Names of the files that differed from their definition. */
async function update(write: boolean): Promise<string[]> {
  const stale: string[] = [];
  await mkdir(folder, { recursive: true });
  for (const [name, definition] of Object.entries(schemas)) {
    const file = path.join(folder, name);
    const text = await render(definition);
    if (text === (await readFile(file, 'utf8').catch(() => undefined))) continue;
    stale.push(name);
    if (write) await writeFile(file, text);
  }
  return stale;
}

const checking = process.argv.includes('--check');
void update(!checking).then((stale) => {
  if (!checking || stale.length === 0) return;
  console.error(`media/schemas: ${stale.join(', ')} differ from src/contract: run "npm run schemas".`);
  process.exitCode = 1;
});
