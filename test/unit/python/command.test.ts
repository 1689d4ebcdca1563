import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dataAnswerSchema, exportAnswerSchema } from '../../../src/contract/hand-over';
import { UserError } from '../../../src/core/errors';
import { answerOf } from '../../../src/python/answer';
import { commandLine, exportCommand, exportPathOf, usualInterpreter } from '../../../src/python/command';

describe('the command that runs a script of ours', () => {
  it('names the script, what it is given and nothing that was left out', () => {
    const [program, script, ...rest] = exportCommand({
      ...{ interpreter: 'python3', dist: join('extension', 'dist'), model: 'model.py:Net' },
      ...{ weights: 'w.safetensors', example: undefined, out: 'best.pt2' },
    });
    assert.equal(program, 'python3');
    assert.equal(script, join('extension', 'media', 'python', 'export_model.py'));
    assert.deepEqual(rest, ['--model', 'model.py:Net', '--weights', 'w.safetensors', '--out', 'best.pt2']);
  });

  it('is shown as a shell would take it', () => {
    const command = ['python3', '/a folder/x.py', '--args', `{"width": 4, "name": "it's"}`] as const;
    assert.equal(
      commandLine(command, 'linux'),
      `python3 '/a folder/x.py' --args '{"width": 4, "name": "it'\\''s"}'`,
    );
    assert.equal(
      commandLine(['py', 'C:\\a b\\x.py', '--args', '{"w": 4}'], 'win32'),
      'py "C:\\a b\\x.py" --args "{\\"w\\": 4}"',
    );
    assert.equal(commandLine(['python3', '$(rm)', 'a;b'], 'linux'), "python3 '$(rm)' 'a;b'");
  });

  it('writes beside the checkpoint under its name', () => {
    for (const [checkpoint, name] of [
      ['best.pth', 'best.pt2'],
      ['last.epoch=3.ckpt', 'last.epoch=3.pt2'],
      ['model.pth.tar', 'model.pt2'],
      ['model.safetensors.index.json', 'model.pt2'],
    ])
      assert.equal(exportPathOf(join('/runs', checkpoint)), join('/runs', name));
  });

  it('takes the Python that a terminal finds', () => {
    assert.equal(usualInterpreter('linux', {}), 'python3');
    assert.equal(usualInterpreter('win32', {}), 'py');
    assert.equal(usualInterpreter('win32', { VIRTUAL_ENV: 'C:\\env' }), 'python');
  });
});

describe('the answer of a script', () => {
  const from = { interpreter: 'python3', code: 1 };

  it('is its last line', () => {
    const line = '{"ok": true, "out": "d.npz", "rows": 8, "testRows": 0, "total": 10}';
    assert.equal(answerOf(dataAnswerSchema, `a warning\n${line}\n`, from).rows, 8);
  });

  it('is a sentence where it failed', () => {
    const line = JSON.stringify({ ok: false, error: 'Net needs width:\n  give it' });
    assert.throws(() => answerOf(exportAnswerSchema, line, from), new UserError('Net needs width: give it.'));
  });

  it('is missed where another program answered, or none', () => {
    for (const text of ['', 'SyntaxError', '{"ok": true}', '{"ok": 1'])
      assert.throws(() => answerOf(exportAnswerSchema, text, from), {
        name: 'UserError',
        message: /^python3 ended without an answer \(exit code 1\): it has to be Python 3\.9 or newer/,
      });
  });
});
