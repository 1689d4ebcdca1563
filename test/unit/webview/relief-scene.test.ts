import assert from 'node:assert/strict';
import { test } from 'node:test';
import { USUAL_VIEW } from '../../../webview/relief/camera';
import { heightsOf } from '../../../webview/relief/heights';
import { meshOf } from '../../../webview/relief/mesh';
import { edgesOf, pathOf } from '../../../webview/relief/path';
import { Scene } from '../../../webview/relief/scene';
import { sampleSurface } from './sample-surface';

/** A graphics card that counts how often each of its functions is called, and answers what is asked of shaders with yes. */
function countingCard(): { gl: WebGL2RenderingContext; calls: Map<string, number> } {
  const calls = new Map<string, number>();
  const gl = new Proxy(
    {},
    {
      get: (_, name: string) => {
        if (name === 'canvas') return { width: 800, height: 500 };
        return (...args: unknown[]) => {
          calls.set(name, (calls.get(name) ?? 0) + 1);
          return name === 'getAttribLocation' ? 0 : { name, args };
        };
      },
    },
  );
  return { gl: gl as WebGL2RenderingContext, calls };
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
  const colors = { page: white, line: white, edge: white, low: white, middle: white, high: white };
  const asked = () => ['getUniformLocation', 'getAttribLocation'].map((name) => calls.get(name) ?? 0);
  scene.draw(USUAL_VIEW, colors, 1);
  const first = asked();
  assert.ok(first.every((count) => count > 0));
  for (let frame = 0; frame < 3; frame++) scene.draw(USUAL_VIEW, colors, 1);
  assert.deepEqual(asked(), first);
  assert.ok(calls.get('drawElements') === 4);
});
