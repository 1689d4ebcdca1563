// Runs the tests and ends with one line that counts them: `N passed, N failed`, and `, N skipped` where some were.
//   node --import tsx test/run.mjs [unit] [vscode] [-- PART-OF-A-PATH...]
// Only what fails is printed on the way; the exit code is 1 on a failure, and when nothing ran at all.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const words = process.argv.slice(2);
const parts = words.filter((word) => word !== 'unit' && word !== 'vscode' && word !== '--');
const suites = words.filter((word) => word === 'unit' || word === 'vscode');

const total = { passed: 0, failed: 0, skipped: 0 };
const add = ({ passed, failed, skipped = 0 }) => {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
};

/** Milliseconds that one file may take on a busy machine, and the whole of VS Code's tests: what hangs ends, by name. */
const FILE_LIMIT = 15 * 60_000;
const VSCODE_LIMIT = 25 * 60_000;
/** Milliseconds that a runner which has ended may leave its pipe open for whoever inherited it. */
const LEFT_OPEN = 5_000;

/** The unit tests, two files at a time; each file is a process of its own. */
async function unit() {
  const files = readdirSync(path.join(root, 'test/unit'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join(root, 'test/unit', name))
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .sort();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const output = new Map();
  const note = (file, text) => output.set(file, (output.get(file) ?? '') + text);
  const failedFiles = new Set();
  const filesWithTests = new Set();
  const seconds = new Map();
  const noteTime = (file, time) => {
    seconds.set(file, time);
    if (seconds.size % 50 === 0) console.log(`${seconds.size} of ${files.length} files`);
  };
  const isSuite = (data) => data.details?.type === 'suite';
  // Node 20 reports each file as a test of its own around the file's tests; only what stands in a file counts.
  const isFile = (data) => data.nesting === 0 && files.includes(path.resolve(root, data.name));

  const stream = run({ files, concurrency: 2, timeout: FILE_LIMIT });
  for await (const { type, data } of stream) {
    if (type === 'test:stdout' || type === 'test:stderr') note(data.file, data.message);
    if (type === 'test:complete' && isFile(data))
      noteTime(path.resolve(root, data.name), data.details.duration_ms / 1000);
    if (type === 'test:start' && data.file && !isFile(data)) filesWithTests.add(data.file);
    if (type === 'test:pass' && !isSuite(data) && !isFile(data)) {
      if (data.skip !== undefined || data.todo !== undefined) counts.skipped += 1;
      else counts.passed += 1;
    }
    if (type === 'test:fail') {
      const file = isFile(data) ? path.resolve(root, data.name) : data.file;
      // A failing subtest fails all that stands around it: count and print the innermost alone.
      const inner = data.details.error?.failureType === 'subtestsFailed';
      if (inner || (isFile(data) && failedFiles.has(file))) continue;
      failedFiles.add(file);
      counts.failed += 1;
      console.log(`\nnot ok: ${path.relative(root, file ?? '')}: ${data.name}`);
      console.log(describe(data.details.error));
    }
  }
  for (const file of files.filter((file) => !filesWithTests.has(file) && !failedFiles.has(file))) {
    counts.failed += 1;
    console.log(`\nnot ok: ${path.relative(root, file)} holds no test`);
  }
  for (const file of failedFiles) {
    const text = output.get(file);
    if (text) console.log(`\noutput of ${path.relative(root, file)}:\n${text.slice(-8000)}`);
  }
  const slowest = [...seconds].sort((a, b) => b[1] - a[1]).slice(0, 5);
  for (const [file, time] of slowest) console.log(`${time.toFixed(0)} s: ${path.relative(root, file)}`);
  console.log(`unit: ${summary(counts)} in ${files.length} files`);
  return counts;
}

function describe(error) {
  const cause = error?.cause ?? error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

/** The tests in a real VS Code. Their runner ends with the same line as this one; its last one is taken. */
async function vscode() {
  const runner = path.join(root, 'test/vscode/run.ts');
  if (!existsSync(runner)) {
    console.log('test/vscode/run.ts does not exist: no tests in VS Code');
    return { passed: 0, failed: 0 };
  }
  const child = spawn(process.execPath, ['--import', 'tsx', runner, ...parts], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that nothing it started outlives it.
    detached: true,
  });
  const end = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => {
      end();
      process.exit(130);
    });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    process.stdout.write(chunk);
  });
  const limit = setTimeout(() => {
    console.log(`the tests in VS Code did not end within ${VSCODE_LIMIT / 60_000} minutes`);
    end();
  }, VSCODE_LIMIT);
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
    child.once('exit', (status) => setTimeout(() => resolve(status), LEFT_OPEN).unref());
  });
  clearTimeout(limit);
  end();
  const last = [...text.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
  const counts = last
    ? { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3] ?? 0) }
    : { passed: 0, failed: 1 };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

const summary = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

if (suites.length === 0 || suites.includes('unit')) add(await unit());
if (suites.length === 0 || suites.includes('vscode')) add(await vscode());
console.log(summary(total));
// Whatever a test has left running holds nothing up.
process.stdout.write('', () => process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0));
