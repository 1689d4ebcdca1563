import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { type Surface, surfaceSchema } from '../../../src/contract/surface';
import { corpus, temporaryFolder } from '../../support/corpus';
import { familyOf, gone, start } from './terminal';

const asked = (...more: string[]) => [
  ...['surface', corpus('keras/mlp-digits.keras'), '--data', corpus('data/digits.npz'), '--samples', '200'],
  ...['--plane', 'random', '--tolerance', '0.02', ...more],
];

async function drawn(folder: string, ...more: string[]): Promise<Surface> {
  const json = join(folder, 'surface.json');
  const { code, stderr } = await start(asked('--json', json, ...more)).ended;
  assert.equal(code, 0, stderr);
  return surfaceSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
}

/** How many places are on disk, of the files that end so. */
function placesIn(cache: string, ending: string): number {
  const names = existsSync(cache) ? readdirSync(cache).filter((name) => name.endsWith(ending)) : [];
  return names
    .map((name) => readFileSync(join(cache, name), 'utf8').split('\n')[1])
    .reduce((count, text) => count + Object.keys(JSON.parse(text) as object).length, 0);
}

/** Starts a picture that takes long, and ends it as soon as something of it is on disk. */
async function endedWith(ending: string, signal: NodeJS.Signals, cache: string, wanted: readonly string[]) {
  const run = start(asked(...wanted));
  let isOver = false;
  void run.ended.then(() => (isOver = true));
  while (placesIn(cache, ending) === 0) {
    assert.ok(!isOver, 'it ended before anything was on disk');
    await setTimeout(20);
  }
  const family = process.platform === 'linux' ? await familyOf(run) : undefined;
  run.child.kill(signal);
  const end = await run.ended;
  if (family) await gone(family);
  return { ...end, places: placesIn(cache, ending) };
}

const ended = (cache: string, signal: NodeJS.Signals) =>
  endedWith('.places.json', signal, cache, ['--refinements', '4', '--tolerance', '0.0001', '--cache', cache]);

describe('a picture that is stopped', () => {
  it('goes on by the same command, with the same digits, and a finer one begins with its places', async () => {
    const folder = temporaryFolder();
    const cache = join(folder, 'cache');
    const cancelled = await ended(join(folder, 'other'), 'SIGINT');
    assert.equal(cancelled.code, 130);
    assert.match(cancelled.stderr, /Stopped.*What was measured is kept: the same command goes on/);
    assert.ok(cancelled.places > 0);
    const killed = await ended(cache, 'SIGKILL');
    assert.equal(killed.code, null);

    const whole = await drawn(folder, '--refinements', '2', '--no-cache');
    const on = await drawn(folder, '--refinements', '2', '--cache', cache);
    assert.deepEqual(on.pictures, whole.pictures);
    assert.ok(on.cost.evaluations < whole.cost.evaluations);

    const finer = await drawn(folder, '--refinements', '3', '--cache', cache);
    const all = finer.pictures[0].measured.length + finer.pictures[0].error.places;
    assert.ok(finer.cost.evaluations <= all - whole.pictures[0].measured.length);
    assert.equal((await drawn(folder, '--refinements', '3', '--cache', cache)).cost.evaluations, 0);
  });

  it('writes what there is of it, and a map of sharpness goes on from its places', async () => {
    const folder = temporaryFolder();
    const json = join(folder, 'part.json');
    const cache = join(folder, 'cache');
    const wanted = ['--refinements', '0', '--map', '5', '--json', json, '--cache', cache];
    const { stdout, stderr, code } = await endedWith('.sharpness.json', 'SIGINT', cache, wanted);
    assert.equal(code, 130);
    assert.match(stdout, /^Not complete: this is as far as it was drawn\.$/m);
    assert.match(stderr, /^Stopped before it was complete: .* the same command goes on from there\.$/m);
    const part = surfaceSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    assert.equal(part.status, 'cancelled');
    assert.equal(part.pictures[0].measured.length, 81);
    assert.ok(part.pictures[0].sharpness === undefined || part.pictures[0].sharpness.places.length < 25);

    const whole = await drawn(folder, '--refinements', '0', '--map', '5', '--no-cache');
    const on = await drawn(folder, '--refinements', '0', '--map', '5', '--cache', cache);
    assert.ok(on.cost.products! < whole.cost.products!);
    const [found, again] = [whole, on].map(({ pictures }) => pictures[0].sharpness!.places);
    assert.equal(again.length, 25);
    again.forEach(({ node, gradientNorm, largest }, i) => {
      assert.deepEqual([node, gradientNorm], [found[i].node, found[i].gradientNorm]);
      const apart = Math.abs(largest!.value - found[i].largest!.value);
      assert.ok(apart <= largest!.errorBound + found[i].largest!.errorBound);
    });
    assert.ok(on.findings.some((finding) => finding.startsWith('Sharpness at 5 × 5 places of this plane')));
  });

  it('is measured anew on other rows, and its page has the surface in it', async () => {
    const folder = temporaryFolder();
    const cache = join(folder, 'cache');
    const page = join(folder, 'page.html');
    const first = await drawn(folder, '--refinements', '0', '--cache', cache, '--html', page);
    assert.match(readFileSync(page, 'utf8'), /<script>[^<]*landscapeRelief=[^]*#version 300 es/);
    const other = await drawn(folder, '--refinements', '0', '--cache', cache, '--samples', '100');
    assert.equal(other.cost.evaluations, first.cost.evaluations);
    assert.notDeepEqual(other.pictures[0].loss, first.pictures[0].loss);
  });
});
