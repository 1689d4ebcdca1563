// Generates the reader and writer of ONNX models from src/onnx/onnx.proto: static code, so that
// nothing is compiled at run time and protobufjs' minimal runtime suffices.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = 'src/onnx';

const options =
  '--target static-module --wrap esm --no-create --no-verify --no-convert --no-delimited --no-service --no-typeurl';

function generate(...more) {
  const pbjs = path.join(root, 'node_modules/protobufjs-cli/bin/pbjs');
  const files = ['--out', `${folder}/generated/onnx.js`, `${folder}/onnx.proto`];
  execFileSync(process.execPath, [pbjs, ...options.split(' '), ...more, ...files], {
    cwd: root,
    stdio: 'inherit',
  });
}

// The declarations are made from the code's comments, which are then of no more use.
generate('--dts');
generate('--no-comments');
