import path from 'node:path';
import * as vscode from 'vscode';
import { RemediableError } from '../show-error';

/** Exports a network as it was trained: nothing folded, any number of rows. */
export const EXPORT_LINES = `import torch

# model and x: your network with its weights loaded, and a few rows of its inputs.
torch.onnx.export(
    model.eval(),
    (x[:2],),
    "model.onnx",
    dynamo=True,
    optimize=False,
    external_data=False,
    dynamic_shapes=({0: torch.export.Dim("rows")},),
)
`;

/**
 * Says what to do with a file of PyTorch.
 * @throws RemediableError always: the sentence, with the lines that export the network
 */
export function explainPytorch([argument]: readonly unknown[]): never {
  const name = argument instanceof vscode.Uri ? path.basename(argument.fsPath) : vscode.l10n.t('This file');
  throw new RemediableError(
    vscode.l10n.t(
      '{0} holds tensors of PyTorch, and the network is in your code: export it to ONNX once, then right-click the model.onnx.',
      name,
    ),
    [
      {
        label: vscode.l10n.t('Copy the Lines That Export It'),
        run: () => vscode.env.clipboard.writeText(EXPORT_LINES),
      },
    ],
  );
}
