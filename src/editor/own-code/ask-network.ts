import path from 'node:path';
import * as vscode from 'vscode';
import type { RankedNetwork } from '../../python/networks';
import { pickCode } from './pick-code';

/** Asks which class or function makes the network of these weights. Undefined when dismissed. */
export const pickNetwork = (
  networks: readonly RankedNetwork[],
  checkpoint: string,
): Promise<RankedNetwork | undefined> =>
  pickCode(
    networks,
    {
      title: vscode.l10n.t('Which network do the weights in {0} belong to?', path.basename(checkpoint)),
      placeHolder: vscode.l10n.t('Classes and functions of your code, read as text. Nothing is run yet.'),
    },
    ({ share }) =>
      share > 0
        ? vscode.l10n.t('has a place for {0} % of the parts of its names', Math.round(100 * share))
        : undefined,
  );
