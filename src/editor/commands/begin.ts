import * as vscode from 'vscode';
import { hashIn } from '../panel/subjects';
import type { Services } from '../services';
import type { AnyRequest } from '../store/report-store';

/**
 * Runs a request unless its result is known already: the same contents under the same settings give the same
 * digits. `show` opens its panel either way.
 */
export async function begin(services: Services, request: AnyRequest, show: boolean): Promise<void> {
  const { store, queue, panels } = services;
  const known = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Window,
      title: vscode.l10n.t('Landscape: looking for a stored report'),
    },
    // What cannot be hashed cannot be analyzed either; the run says why.
    () => store.find(request, hashIn(services)).catch(() => undefined),
  );
  if (known === undefined) queue.add(request);
  if (show) panels.show(request);
}
