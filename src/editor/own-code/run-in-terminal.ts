import { type ChildProcess, spawn } from 'node:child_process';
import * as vscode from 'vscode';
import { UserError, messageOf } from '../../core/errors';
import { type Command, commandLine } from '../../python/command';

const INTERRUPT = '\x03';

/**
 * Runs a command as it stands, its output in a terminal in sight, where Ctrl+C ends it as closing the terminal does.
 * @returns its exit code; undefined where the person ended it
 * @throws UserError when it cannot be started
 */
export function runInTerminal(command: Command, cwd: string, name: string): Promise<number | undefined> {
  // What an earlier run said is of no use any more.
  vscode.window.terminals.find((each) => each.name === name)?.dispose();
  return new Promise((resolve, reject) => {
    const output = new vscode.EventEmitter<string>();
    const say = (text: string) => output.fire(text.replaceAll(/\r?\n/g, '\r\n'));
    let child: ChildProcess | undefined;
    let isEnded = false;
    const end = () => {
      isEnded = true;
      child?.kill('SIGINT');
    };
    const [program, ...args] = command;
    const pty: vscode.Pseudoterminal = {
      onDidWrite: output.event,
      open: () => {
        say(`> ${commandLine(command)}\n\n`);
        child = spawn(program, args, {
          cwd,
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { ...process.env, PYTHONUNBUFFERED: '1' },
        });
        for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', say);
        child.on('error', (error) => reject(notStarted(program, error)));
        child.on('close', (code) => {
          say(
            code === 0
              ? vscode.l10n.t('\nDone.\n')
              : vscode.l10n.t('\nEnded with exit code {0}.\n', String(code)),
          );
          resolve(isEnded ? undefined : (code ?? undefined));
        });
      },
      close: () => {
        end();
        resolve(undefined);
      },
      handleInput: (text) => {
        if (text === INTERRUPT) end();
      },
    };
    const terminal = vscode.window.createTerminal({
      name,
      pty,
      iconPath: new vscode.ThemeIcon('graph-scatter'),
    });
    terminal.show(true);
  });
}

const notStarted = (program: string, error: Error): UserError =>
  new UserError(
    'code' in error && error.code === 'ENOENT'
      ? vscode.l10n.t(
          'There is no {0} here: select the Python with PyTorch in the Python extension, or name it by "landscape.pythonPath" in the settings.',
          program,
        )
      : vscode.l10n.t('{0} could not be started: {1}.', program, messageOf(error)),
  );
