import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type * as z from 'zod';
import { CancelledError } from '../../core/errors';
import { type Answer, answerOf } from '../../python/answer';
import { type Command, commandLine } from '../../python/command';
import { interpreterOf } from './interpreter';
import { runInTerminal } from './run-in-terminal';

/** What the command is made of that runs one of our scripts on the person's code. */
export interface CommandParts {
  readonly interpreter: string;
  /** The code as the script takes it: `models/net.py:Net`, from the folder that the command runs in. */
  readonly code: string;
  /** A temporary folder, gone when it has ended. */
  readonly folder: string;
  readonly result: string;
}

/** What is to be run of a person's own code, and how they are asked. */
export interface OwnCode<T> {
  readonly code: { readonly file: string; readonly name: string };
  readonly command: (parts: CommandParts) => Command;
  readonly schema: z.ZodType<T>;
  readonly question: string;
  /** What it does, in a sentence or two above the command. */
  readonly detail: string;
  /** What the terminal is called. */
  readonly terminal: string;
  /** A button that chooses other code, where there is some. */
  readonly other: string | undefined;
  /** What has to lie in the temporary folder, after the yes. */
  readonly prepare?: (folder: string) => Promise<unknown>;
}

/**
 * Shows the command that runs our script on a person's code and, after a yes, runs it in a terminal in sight.
 * @returns what it answered, or that other code is wanted; undefined when dismissed
 * @throws UserError that says what went wrong there; CancelledError where it was ended
 */
export async function withConsent<T extends Answer>({
  code: { file, name },
  schema,
  ...asked
}: OwnCode<T>): Promise<Extract<T, { readonly ok: true }> | 'other' | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'landscape-'));
  const result = path.join(folder, 'answer.json');
  const root = folderOf(file);
  const code = `${path.relative(root, file).split(path.sep).join('/')}:${name}`;
  const command = asked.command({ interpreter: await interpreterOf(file), code, folder, result });
  try {
    const answer = await consent(asked, commandLine(command));
    if (answer !== 'run') return answer;
    await asked.prepare?.(folder);
    const exit = await runInTerminal(command, root, asked.terminal);
    const text = await readFile(result, 'utf8').catch(() => '');
    if (text === '' && exit === undefined) throw new CancelledError();
    return answerOf(schema, text, { interpreter: command[0], code: exit });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder that the command is run in: that of the workspace, where the code's own imports begin. */
const folderOf = (file: string): string =>
  vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath ?? path.dirname(file);

/** Nothing of anybody's is run without a yes to the very command. */
async function consent(
  { question, detail, other }: Pick<OwnCode<unknown>, 'question' | 'detail' | 'other'>,
  line: string,
): Promise<'run' | 'other' | undefined> {
  const run = vscode.l10n.t('Run It');
  const picked = await vscode.window.showInformationMessage(
    question,
    { modal: true, detail: `${detail}\n\n${line}` },
    ...(other === undefined ? [run] : [run, other]),
  );
  if (picked === undefined) return undefined;
  return picked === run ? 'run' : 'other';
}
