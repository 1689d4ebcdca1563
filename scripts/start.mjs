// The main job on the example workspace: both checkpoints analyzed, and the line between them, by the terminal command.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const example = path.join(root, 'media', 'example');
const out = path.join(root, 'out', 'example');
const small = path.join(example, 'small-batch', 'epoch-020.keras');
const large = path.join(example, 'large-batch', 'epoch-100.keras');

function landscape(name, ...args) {
  const reports = ['json', 'html'].flatMap((kind) => [`--${kind}`, path.join(out, `${name}.${kind}`)]);
  const { status } = spawnSync(process.execPath, [path.join(root, 'dist', 'cli.js'), ...args, ...reports], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

// 2,000 rows keep a first look under a minute on two cores; leave `--samples` out for all 8,000.
const quick = ['--samples', 'first:2000'];
landscape('small-batch', 'analyze', small, ...quick);
landscape('large-batch', 'analyze', large, ...quick);
landscape('interpolation', 'interpolate', small, large, ...quick);
