import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unzipSync } from 'fflate';
import { memorySource } from '../../../src/formats/containers/source';
import { readNpy } from '../../../src/formats/datasets/npy';
import { matplotlibLines } from '../../../src/wording/surface-files/matplotlib';
import { npyOf } from '../../../src/wording/surface-files/npy';
import { surfaceNpz } from '../../../src/wording/surface-files/npz';
import { surfaceObj } from '../../../src/wording/surface-files/obj';
import { surfaceVti } from '../../../src/wording/surface-files/vti';
import { surfaceCsv } from '../../../src/wording/surface-files/csv';
import { sampleSurface, withMap, withPaths } from '../webview/sample-surface';

const surface = sampleSurface();
const [picture] = surface.pictures;
const { side } = picture;

test('arrays for NumPy hold every digit, row after row, and NaN at walls', () => {
  const files = unzipSync(surfaceNpz(surface));
  const read = (name: string) => readNpy(memorySource(name, files[`${name}.npy`]), name);
  const { shape, data: values } = read('train_loss');
  assert.deepEqual(shape, [side, side]);
  picture.loss.train.forEach((loss, node) =>
    assert.ok(loss === null ? Number.isNaN(values[node]) : values[node] === loss),
  );
  const [x, y] = ['x', 'y'].map((name) => read(name).data);
  assert.deepEqual([x.length, x[0], x[side - 1]], [side, -1, 1]);
  assert.deepEqual([y.length, y[0], y[side - 1]], [side, -1, 1]);
  assert.deepEqual(read('marks').shape, [3, 5]);
  assert.deepEqual([...read('levels').data], surface.levels.values);
  const measured = read('measured').data;
  assert.deepEqual(
    picture.measured.every((node) => Number(measured[node]) === 1),
    true,
  );
  assert.deepEqual(surfaceNpz(surface), surfaceNpz(surface), 'the same bytes whenever it is saved');
});

test('paths of several runs stay apart in the arrays and in the lines for matplotlib', () => {
  const paths = { ...surface, pictures: [withPaths(picture, ['sgd', 'adam'])] };
  const file = unzipSync(surfaceNpz(paths))['runs.npy'];
  assert.deepEqual([...readNpy(memorySource('runs', file), 'runs').data], [0, 0, 0, 1, 1, 1]);
  assert.match(matplotlibLines(paths), /for run in np\.unique\(part\("runs"\)\):/);
});

test('a map of sharpness has arrays of its own, NaN where it overflows or is still to come', () => {
  const mapped = { ...surface, pictures: [withMap(picture)] };
  const files = unzipSync(surfaceNpz(mapped));
  const read = (name: string) => readNpy(memorySource(name, files[`${name}.npy`]), name);
  assert.deepEqual([...read('map_x').data], [-1, -0.5, 0, 0.5, 1]);
  const { shape, data } = read('map_largest');
  assert.deepEqual(shape, [5, 5]);
  assert.deepEqual([data[12], data[13]], [2.94, 3.44]);
  assert.equal([...data].filter(Number.isNaN).length, 3);
  assert.equal(read('map_gradient_norm_error').data[12], 0.15);
  assert.match(matplotlibLines(mapped), /pcolormesh\(part\("map_x"\), part\("map_y"\), part\(name\)/);
  assert.match(matplotlibLines(mapped), /plot\.contour\(part\("map_x"\), part\("map_y"\), part\(name\)/);
  assert.doesNotMatch(matplotlibLines(surface), /map_/);
});

test('a table has the sharpness beside the losses where a node lies there, else in rows of its own', () => {
  const plain = surfaceCsv(surface).trim().split('\r\n');
  assert.ok(plain[0].endsWith(',test accuracy'));
  const mapped = withMap(picture);
  const rows = surfaceCsv({ ...surface, pictures: [mapped] })
    .trim()
    .split('\r\n');
  assert.equal(rows.length, plain.length);
  assert.match(rows[0], /,largest eigenvalue,its numeric bound,converged,/);
  const middle = 1 + (side * side - 1) / 2;
  assert.ok(rows[middle].startsWith(plain[middle]));
  assert.ok(rows[middle].endsWith(',2.94,0.0006,1,0.31,0.2,0.1,0.15'));
  // Quarters of a side are no nodes of a picture of three on a side.
  const few = { ...mapped, side: 3, loss: { train: new Array<number>(9).fill(1) }, accuracy: undefined };
  const coarse = surfaceCsv({ ...surface, pictures: [few] })
    .trim()
    .split('\r\n');
  assert.equal(coarse.length, 1 + 9 + 23 - 8);
  assert.match(coarse.at(-1)!, /,0,,,,,/);
});

test('the settings stand in the arrays as JSON, the seed of directions among them', () => {
  const file = unzipSync(surfaceNpz(surface))['settings.npy'];
  const header = new TextDecoder().decode(file.subarray(10, 128));
  const length = Number(/'<U(\d+)'/.exec(header)?.[1]);
  const start = file.length - 4 * length;
  assert.equal(start % 64, 0);
  const codes = new Uint32Array(file.slice(start).buffer);
  const { settings, title } = JSON.parse(String.fromCodePoint(...codes)) as {
    settings: { seed: number };
    title: string;
  };
  assert.equal(settings.seed, surface.settings.seed);
  assert.equal(title, surface.title);
});

test('of several pictures each has arrays of its own', () => {
  const names = Object.keys(unzipSync(surfaceNpz(sampleSurface(2))));
  for (const name of ['picture_1_train_loss', 'picture_2_train_loss', 'levels'])
    assert.ok(names.includes(`${name}.npy`), name);
});

test('a header ends where NumPy wants it, and a text of any letters is one', () => {
  for (const values of ['', 'λ₁ 🙂', 'x'.repeat(100)]) {
    const file = npyOf({ shape: [], values });
    const rest = file[8] + 256 * file[9];
    assert.equal((10 + rest) % 64, 0);
    assert.equal(file[9 + rest], '\n'.charCodeAt(0));
    assert.equal(file.length - 10 - rest, 4 * Math.max(1, Array.from(values).length));
  }
});

test('a mesh has a vertex a node, its squares face upwards, and none touches a wall', () => {
  const lines = surfaceObj(surface, picture).split('\n');
  const vertices = lines
    .filter((line) => line.startsWith('v '))
    .map((line) => line.slice(2).split(' ').map(Number));
  assert.equal(vertices.length, side * side);
  const heights = vertices.map(([, , z]) => z);
  assert.equal(Math.min(...heights), 0);
  assert.ok(Math.abs(Math.max(...heights) - 1) < 1e-9, 'half as high as wide');
  const faces = lines
    .filter((line) => line.startsWith('f '))
    .map((line) => line.slice(2).split(' ').map(Number));
  assert.ok(faces.length > 0);
  for (const face of faces) {
    assert.ok(face.every((node) => picture.loss.train[node - 1] !== null));
    const [[ax, ay], [bx, by], [cx, cy]] = face.map((node) => vertices[node - 1]);
    assert.ok((bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0);
  }
});

test('a map of sharpness is a mesh of its own in the same file, with its errors beside', () => {
  const lines = surfaceObj(surface, withMap(picture)).split('\n');
  const plain = surfaceObj(surface, picture).trim().split('\n');
  assert.deepEqual(lines.slice(0, plain.length), plain);
  const objects = lines.filter((line) => line.startsWith('o '));
  assert.deepEqual(objects, ['o training_loss', 'o largest_eigenvalue', 'o gradient_norm']);
  const vertices = lines.filter((line) => line.startsWith('v '));
  assert.equal(vertices.length, side * side + 2 * 25);
  const largest = lines.slice(lines.indexOf(objects[1]), lines.indexOf(objects[2]));
  const faces = largest.filter((line) => line.startsWith('f '));
  // Three of 25 places are missing: one in the last row, two at a corner.
  assert.ok(faces.length > 8 && faces.length < 16);
  for (const face of faces)
    for (const vertex of face.slice(2).split(' ').map(Number))
      assert.ok(vertex > side * side && vertex <= side * side + 25);
  // The place in the middle: 2.94 of 2.94 to 13.94, with its numeric bound and what rows and that move it by.
  assert.match(lines.join('\n'), /^# 0 0 2\.94 0\.0006 0\.3100005/m);
  assert.equal(vertices[side * side + 12], 'v 0 0 0');
});

test("VTK's image data have the plane's coordinates and a number for each node", () => {
  const text = surfaceVti(surface, picture);
  assert.match(text, new RegExp(`WholeExtent="0 ${side - 1} 0 ${side - 1} 0 0" Origin="-1 -1 0"`));
  const [, values] = /Name="train loss" format="ascii">\n([^<]*)\n/.exec(text)!;
  assert.deepEqual(
    values.split(' ').map((word) => (word === 'nan' ? null : Number(word))),
    picture.loss.train,
  );
  const hostile = { ...picture, label: 'a"--><b.keras' };
  assert.doesNotMatch(surfaceVti(surface, hostile), /--><b/);
});

test('a map of sharpness is there as cells around its places, on the same points', () => {
  const text = surfaceVti(surface, withMap(picture));
  const read = (name: string) => {
    const [, values] = new RegExp(`Name="${name}" format="ascii">\n([^<]*)\n`).exec(text)!;
    return values.split(' ').map(Number);
  };
  const largest = read('map largest');
  assert.equal(largest.length, side * side);
  const middle = (side * side - 1) / 2;
  // Half way to the next of five places on a side the next begins.
  const half = (side - 1) / 8;
  assert.deepEqual([largest[middle], largest[middle + Math.floor(half) - 1]], [2.94, 2.94]);
  assert.equal(largest[middle + Math.ceil(half) + 1], 3.44);
  assert.equal(read('map largest bound')[middle], 0.0006);
  assert.equal(read('map gradient norm error')[middle], 0.15);
  const places = read('map place');
  assert.equal(
    places.reduce((a, b) => a + b),
    23,
  );
  assert.equal(places[middle], 1);
  assert.ok(largest.some(Number.isNaN));
  assert.doesNotMatch(surfaceVti(surface, picture), /map /);
});

test('names of files are texts in the lines of Python, whatever is in them', () => {
  const hostile = { ...surface, title: 'a"\n; import os', pictures: [{ ...picture, label: '"); x = ("' }] };
  const lines = matplotlibLines(hostile);
  assert.ok(lines.includes(String.raw`"a\"\n; import os"`));
  assert.ok(lines.includes(String.raw`["\"); x = (\""]`));
});
