import path from 'node:path';
import * as vscode from 'vscode';
import type { RankedNetwork } from '../../python/networks';

/** Asks which class or function makes the network of these weights. Undefined when dismissed. */
export async function pickNetwork(
  networks: readonly RankedNetwork[],
  checkpoint: string,
): Promise<RankedNetwork | undefined> {
  const items = networks.map((network) => ({
    label: network.name,
    description: vscode.workspace.asRelativePath(network.file),
    ...(network.share > 0
      ? {
          detail: vscode.l10n.t(
            'has a place for {0} % of the parts of its names',
            Math.round(100 * network.share),
          ),
        }
      : {}),
    iconPath: new vscode.ThemeIcon(network.kind === 'class' ? 'symbol-class' : 'symbol-function'),
    network,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which network do the weights in {0} belong to?', path.basename(checkpoint)),
    placeHolder: vscode.l10n.t('Classes and functions of your code, read as text. Nothing is run yet.'),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked?.network;
}
