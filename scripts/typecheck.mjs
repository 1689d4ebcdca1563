// Type-checks every part of the house with the globals it may use: core, contract and wording have neither Node nor DOM, the panel no Node.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const projects = ['.', 'src/tsconfig.pure.json', 'webview', 'test/unit/webview', 'test/vscode'];
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');

function check(project) {
  const info = path.join(
    root,
    'node_modules/.cache/typecheck',
    `${project.replaceAll('/', '-')}.tsbuildinfo`,
  );
  const args = [tsc, '-p', project, '--incremental', '--tsBuildInfoFile', info, '--pretty', 'false'];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    child.once('close', (code) => {
      // A folder may have no sources of its own yet.
      const empty = /^error TS18003/.test(text);
      if (code !== 0 && !empty) console.log(text.trimEnd());
      resolve(code === 0 || empty);
    });
  });
}

const queue = [...projects];
const results = [];
const work = async () => {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.push(await check(next));
};
await Promise.all([work(), work()]);
if (results.includes(false)) process.exitCode = 1;
