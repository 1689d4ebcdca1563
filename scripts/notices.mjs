// The licences of the packages whose code is inside the bundles, as one text to ship beside them.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** `node_modules/a/node_modules/@b/c/index.js` -> `node_modules/a/node_modules/@b/c`; undefined for our own files. */
export function packageFolder(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  // Some packages name their licence only.
  if (texts.length === 0) texts.push(`Its text: https://www.npmjs.com/package/${name}/v/${version}`);
  const title = `${name} ${version} (${typeof license === 'string' ? license : 'see below'})`;
  return [title, '='.repeat(title.length), '', ...texts.map((text) => text.trim()), ''].join('\n');
}

/** The notices of every package among `inputs` (paths relative to `root`) and of the folders named in `more`. */
export async function notices(root, inputs, more = []) {
  const folders = new Set([...inputs.map(packageFolder).filter(Boolean), ...more]);
  const texts = await Promise.all([...folders].sort().map((folder) => notice(path.join(root, folder))));
  return `Landscape contains code of the following packages.\n\n${texts.join('\n\n')}`;
}
