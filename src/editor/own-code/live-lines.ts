import * as vscode from 'vscode';
import { liveVariable } from '../../python/networks';
import { workspaceNetworks } from './workspace-code';

/** Saves a network as it was trained, with its code: nothing folded, any number of rows, none of the data. */
export const exportLines = (variable = 'model'): string => `import torch

# ${variable}: your network with its weights loaded; x: rows of its inputs, of which a copy is taken: a view would take all along.
program = torch.export.export(${variable}.eval(), (x[:2].clone(),), dynamic_shapes=({0: torch.export.Dim.AUTO},))
torch.export.save(program, "model.pt2")
`;

/** Puts the lines that save a network in memory on the clipboard, by the name that it has in the code that is open. */
export async function copyModelLines(): Promise<void> {
  const cells = vscode.window.activeNotebookEditor?.notebook.getCells() ?? [];
  const documents =
    cells.length > 0 ? cells.map(({ document }) => document) : [vscode.window.activeTextEditor?.document];
  const text = documents.map((document) => document?.getText() ?? '').join('\n');
  const variable = liveVariable(text, await workspaceNetworks());
  await vscode.env.clipboard.writeText(exportLines(variable));
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Copied. Run the lines where {0} is in memory, with x as a few rows of its inputs, and right-click the model.pt2 that they write.',
      variable,
    ),
  );
}
