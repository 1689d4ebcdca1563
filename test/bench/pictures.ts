import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LevelScale } from '../../src/core/level-scale';
import { type Surface, surfaceSchema } from '../../src/contract/surface';
import { table } from './table';

interface PicturesPlan {
  readonly root: string;
  readonly cache: string;
  say(text: string): void;
}

/** Networks of the tests' corpus, with their data. */
const NETWORKS = [
  ['logistic-moons', 'moons'],
  ['mlp-tanh-moons', 'moons'],
  ['mlp-diabetes', 'diabetes'],
  ['mlp-digits', 'digits'],
  ['rnn-digits', 'digits'],
] as const;

/** A quarter of the nodes of a grid of 51 x 51. */
const GOAL = Math.floor(51 ** 2 / 4);
/** 65 x 65 nodes, finer than 51 x 51; all of them where nothing is let pass. */
const FINE = ['--plane', 'eigenvectors', '--refinements', '3', '--samples', 'first:200', '--no-cache'];
const ALL = ['--tolerance', '1e-9', '--evaluations', '5000'];

/** Adaptive pictures beside their whole grids: a section of the bench's page. */
export async function picturesSection({ root, cache, say }: PicturesPlan): Promise<string> {
  mkdirSync(cache, { recursive: true });
  const corpus = join(root, 'test', 'corpus');
  const rows: string[][] = [];
  for (const [network, data] of NETWORKS) {
    say(`picture: ${network}`);
    const draw = async (...more: string[]): Promise<Surface> => {
      const json = join(cache, 'picture.json');
      const files = [
        join(corpus, 'keras', `${network}.keras`),
        '--data',
        join(corpus, 'data', `${data}.npz`),
      ];
      const command = [join(root, 'dist', 'cli.js'), 'surface', ...files, ...FINE, ...more, '--json', json];
      await promisify(execFile)(process.execPath, command);
      return surfaceSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    };
    const [adaptive, whole] = [await draw(), await draw(...ALL)];
    const { evaluations } = adaptive.cost;
    rows.push([
      network,
      String(evaluations),
      `${((100 * evaluations) / 51 ** 2).toFixed(0)} %`,
      adaptive.pictures[0].error.bound.toFixed(2),
      furthestApart(adaptive, whole).toFixed(2),
      String(whole.pictures[0].measured.length),
    ]);
  }
  return [
    '## Pictures of the landscape',
    `The plane of the two leading eigenvectors on 65 x 65 nodes, of 200 rows: how many evaluations the adaptive picture takes, those that it was tried at among them (a quarter of a grid of 51 x 51 are ${GOAL}), how far its title says that it may be off, and how far it is off from the whole grid, in steps between levels at the worst node.`,
    table(['', 'Evaluations', 'Of 51 x 51', 'Off at most', 'Off', 'Whole grid'], rows),
  ].join('\n\n');
}

/** In steps between levels, over all nodes. */
function furthestApart({ levels, pictures: [a] }: Surface, { pictures: [b] }: Surface): number {
  const scale = new LevelScale(levels);
  const height = (loss: number | null) => scale.height(loss ?? Infinity);
  return a.loss.train.reduce<number>(
    (most, loss, node) => Math.max(most, Math.abs(height(loss) - height(b.loss.train[node]))),
    0,
  );
}
