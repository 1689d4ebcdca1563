// Runs the shipped experiments in their small form and writes what was found into the docs:
//   npm run experiments [-- NAME...]
// Each starts from nothing, so that its minutes are those of the whole.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const ENDING = '.experiment.json';
const shipped = readdirSync(path.join(root, 'media', 'experiments'))
  .filter((file) => file.endsWith(ENDING) && !file.includes('.full.'))
  .map((file) => file.slice(0, -ENDING.length));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !shipped.includes(name));
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: no such experiment; there are ${shipped.join(', ')}.`);
  process.exit(2);
}

const cache = path.join(root, '.cache', 'experiments');
const docs = path.join(root, 'docs', 'experiments');
const reportOf = (name) => path.join(cache, `${name}.json`);
mkdirSync(docs, { recursive: true });
mkdirSync(cache, { recursive: true });

for (const name of asked.length > 0 ? asked : shipped) {
  const file = path.join('media', 'experiments', `${name}${ENDING}`);
  const out = path.join(cache, name);
  rmSync(out, { recursive: true, force: true });
  const to = ['--out', out, '--json', reportOf(name), '--markdown', path.join(docs, `${name}.md`)];
  const { status } = spawnSync(process.execPath, [path.join('dist', 'cli.js'), 'experiment', file, ...to], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const reports = shipped.flatMap((name) => {
  try {
    return [{ name, ...JSON.parse(readFileSync(reportOf(name), 'utf8')) }];
  } catch {
    return [];
  }
});
const rows = reports.map(({ name, title, question, verdicts, seconds }) => {
  const found = ['supported', 'contradicted', 'undecided']
    .map((verdict) => [verdict, verdicts.filter((each) => each.verdict === verdict).length])
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  return `| [${title}](experiments/${name}.md) | ${question} | ${found.join(', ')} | ${(seconds / 60).toFixed(1)} |`;
});
const page = `# Experiments

The claims of the literature put to the test, each a file in \`media/experiments\`, in its small form. Written by
\`npm run experiments\`. Of experiments in which there is nothing to find at most one in twenty decides any of its statements
([how](STATISTICS.md)); a verdict speaks of this network on these data alone. Seeds stand in the files before the first run.

| experiment | question | statements | minutes |
| --- | --- | --- | ---: |
${rows.join('\n')}
`;
writeFileSync(path.join(root, 'docs', 'EXPERIMENTS.md'), await format(page, { parser: 'markdown' }));
console.log(`Wrote docs/EXPERIMENTS.md with ${reports.length} of ${shipped.length} experiments.`);
