import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepingCompiled } from '../../../src/machine/compiled-scripts';

test('compiled scripts are kept where somebody chose, else in our folder, if there is one', () => {
  assert.deepEqual(keepingCompiled('/cache/compiled', {}), { NODE_COMPILE_CACHE: '/cache/compiled' });
  assert.deepEqual(keepingCompiled('/cache/compiled', { NODE_COMPILE_CACHE: '/own' }), {});
  assert.deepEqual(keepingCompiled(undefined, {}), {});
});

test(
  'a killed process has left what it had compiled',
  { skip: 'flushCompileCache' in nodeModule ? false : 'This Node keeps nothing.' },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'landscape-'));
    try {
      const script = join(folder, 'script.cjs');
      const own = join(import.meta.dirname, '../../../src/machine/compiled-scripts.ts');
      writeFileSync(
        script,
        `import(${JSON.stringify(own)}).then((own) => { own.writeCompiled(); process.kill(process.pid, 'SIGKILL'); });`,
      );
      const kept = join(folder, 'kept');
      const env = { ...process.env, ...keepingCompiled(kept, {}) };
      assert.throws(() => execFileSync(process.execPath, ['--import', 'tsx', script], { env }));
      assert.ok(readdirSync(kept, { recursive: true }).length > 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
