import assert from 'node:assert/strict';
import { test } from 'node:test';
import { USUAL_VIEW } from '../../../webview/relief/camera';
import { heightsOf } from '../../../webview/relief/heights';
import { meshOf } from '../../../webview/relief/mesh';
import { edgesOf, pathOf } from '../../../webview/relief/path';
import { Scene } from '../../../webview/relief/scene';
import { sampleSurface, withPaths } from './sample-surface';

/** A graphics card that counts how often each of its functions is called, and answers what is asked of shaders with yes. */
function countingCard(): {
  gl: WebGL2RenderingContext;
  calls: Map<string, number>;
  inks: (readonly unknown[])[];
} {
  const calls = new Map<string, number>();
  const inks: (readonly unknown[])[] = [];
  const gl = new Proxy(
    {},
    {
      get: (_, name: string) => {
        if (name === 'canvas') return { width: 800, height: 500 };
        return (...args: unknown[]) => {
          calls.set(name, (calls.get(name) ?? 0) + 1);
          const [place, ...color] = args as [{ args?: unknown[] } | undefined, ...unknown[]];
          if (name === 'uniform3f' && place?.args?.[1] === 'ink') inks.push(color);
          return name === 'getAttribLocation' ? 0 : { name, args };
        };
      },
    },
  );
  return { gl: gl as WebGL2RenderingContext, calls, inks };
}

test('a scene asks where its uniforms and attributes lie once, and not at each frame', () => {
  const { gl, calls } = countingCard();
  const { pictures, levels } = sampleSurface();
  const heights = heightsOf(pictures[0], levels, { figure: 'loss', split: 'train' });
  const scene = new Scene(gl);
  scene.show({
    heights,
    mesh: meshOf(heights, []),
    ...pathOf(pictures[0], heights),
    edges: edgesOf(heights),
  });
  const white = [1, 1, 1] as const;
  const ground = { page: white, line: white, edge: white, low: white, middle: white, high: white };
  const colors = { ...ground, runs: { '': white } };
  const asked = () => ['getUniformLocation', 'getAttribLocation'].map((name) => calls.get(name) ?? 0);
  scene.draw(USUAL_VIEW, colors, 1);
  const first = asked();
  assert.ok(first.every((count) => count > 0));
  for (let frame = 0; frame < 3; frame++) scene.draw(USUAL_VIEW, colors, 1);
  assert.deepEqual(asked(), first);
  assert.ok(calls.get('drawElements') === 4);
});

test('each run is drawn in its own colour, over a margin of the colour of the page', () => {
  const { gl, inks } = countingCard();
  const { pictures, levels } = sampleSurface();
  const picture = withPaths(pictures[0], ['sgd', 'adam']);
  const heights = heightsOf(picture, levels, { figure: 'loss', split: 'train' });
  const scene = new Scene(gl);
  scene.show({ heights, mesh: meshOf(heights, []), ...pathOf(picture, heights), edges: edgesOf(heights) });
  const [page, edge, c, d] = [0.1, 0.2, 0.3, 0.4].map((part) => [part, part, part] as const);
  const ground = { page, line: edge, edge, low: edge, middle: edge, high: edge };
  scene.draw(USUAL_VIEW, { ...ground, runs: { '': edge, c, d } }, 1);
  // Edges, the margin of both paths, the paths, their three checkpoints each, and a mean of each run.
  assert.deepEqual(inks, [edge, page, c, d, c, c, c, d, d, d, edge, edge]);
});
