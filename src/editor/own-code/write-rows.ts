import path from 'node:path';
import * as vscode from 'vscode';
import { dataAnswerSchema } from '../../contract/hand-over';
import { dataCommand, dataPathOf } from '../../python/command';
import type { LoaderCode } from '../../python/loaders';
import { argumentsOf } from './ask-arguments';
import { pickCode } from './pick-code';
import { withConsent } from './with-consent';
import { workspaceLoaders } from './workspace-code';

/** Rows of each part that are written. */
const ROWS = 4096;

/**
 * Lets the person's Python write rows of their own Dataset or DataLoader beside a checkpoint, after a yes to the command.
 * @param dist the folder of the bundles
 * @returns the file; undefined when dismissed
 * @throws UserError that says what went wrong there
 */
export async function writeRows(dist: string, checkpoint: string): Promise<string | undefined> {
  const loaders = await workspaceLoaders();
  for (let loader = loaders.length === 1 ? loaders[0] : undefined; ; loader = undefined) {
    loader ??= await pickLoader(loaders, checkpoint);
    const chosen = loader && (await argumentsOf(loader, {}));
    if (!chosen) return undefined;
    const out = dataPathOf(checkpoint, chosen.code.name);
    const done = await withConsent({
      code: chosen.code,
      schema: dataAnswerSchema,
      command: ({ interpreter, code, result }) =>
        dataCommand({ interpreter, dist, args: chosen.args, result, loader: code, rows: ROWS, out }),
      question: vscode.l10n.t('Let your Python write rows of {0}?', chosen.code.name),
      detail: vscode.l10n.t(
        'It executes the imports, classes, functions and constants of {0}, calls {1} and writes {2}: {3} rows at most for training and as many for the test.',
        vscode.workspace.asRelativePath(chosen.code.file),
        chosen.code.name,
        vscode.workspace.asRelativePath(out),
        ROWS,
      ),
      terminal: vscode.l10n.t('rows of {0}', chosen.code.name),
      other: loaders.length > 1 ? vscode.l10n.t('Another Loader…') : undefined,
    });
    if (done !== 'other') return done && out;
  }
}

const pickLoader = (loaders: readonly LoaderCode[], checkpoint: string): Promise<LoaderCode | undefined> =>
  pickCode(loaders, {
    title: vscode.l10n.t('Which of them gives the data that {0} was trained on?', path.basename(checkpoint)),
    placeHolder: vscode.l10n.t('A Dataset, a DataLoader, or a pair of them. Nothing is run yet.'),
  });
