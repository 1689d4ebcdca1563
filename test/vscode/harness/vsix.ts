import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { execute } from './install';
import { repository } from './paths';

/** The VSIX to test: LANDSCAPE_VSIX, else a new one from `npm run package`. */
export async function vsix(): Promise<string> {
  const given = process.env['LANDSCAPE_VSIX'];
  if (given !== undefined && given !== '') return path.resolve(given);
  const target =
    process.arch === 'x64' ? 'linux-x64' : process.arch === 'arm64' ? 'linux-arm64' : 'universal';
  const started = Date.now();
  await execute('npm', ['run', '--silent', 'package', '--', target], repository);
  const made: string[] = [];
  for (const folder of [repository, path.join(repository, 'out'), path.join(repository, 'dist')]) {
    for (const name of await readdir(folder).catch(() => [])) {
      const file = path.join(folder, name);
      // File times are coarser than the clock on some file systems.
      if (name.endsWith('.vsix') && (await stat(file)).mtimeMs > started - 2000) made.push(file);
    }
  }
  const found = made.find((file) => file.includes(target)) ?? made[0];
  if (found === undefined) throw new Error(`"npm run package -- ${target}" left no .vsix`);
  return found;
}
