import * as vscode from 'vscode';
import { copySaveLines } from '../first-use/copy-save-lines';
import { copyModelLines } from '../own-code/live-lines';
import type { Services } from '../services';
import { showError } from '../show-error';
import { analyze } from './analyze';
import { compare } from './compare';
import { analyzePytorch } from './analyze-pytorch';
import { curve } from './curve';
import { experiment } from './experiment';
import { rescale } from './rescale';
import { ContentsDocuments, showContents } from './show-contents';
import { showDocument } from './show-document';
import { drawPath, surface } from './surface';
import { train } from './train';
import { watch } from './watch';
import { cancel } from './cancel';
import { interpolate } from './interpolate';
import { interpolateRun } from './interpolate-run';
import { openExample } from './open-example';
import { openReport } from './open-report';
import { rerun } from './rerun';
import { selectData } from './select-data';
import { showLayer } from './show-layer';
import { showPanel } from './show-panel';

type Handler = (args: readonly unknown[]) => void | Promise<void>;

/** Registers every command that package.json declares. What one throws is shown, never swallowed. */
export function registerCommands(services: Services): vscode.Disposable[] {
  const documents = new ContentsDocuments();
  const handlers: Readonly<Record<string, Handler>> = {
    'landscape.analyze': (args) => analyze(services, args),
    'landscape.analyzePytorch': (args) => analyzePytorch(services, args),
    'landscape.interpolate': (args) => interpolate(services, args),
    'landscape.curve': (args) => curve(services, args),
    'landscape.interpolateRun': (args) => interpolateRun(services, args),
    'landscape.compare': (args) => compare(services, args),
    'landscape.rescale': (args) => rescale(services, args),
    'landscape.surface': (args) => surface(services, args),
    'landscape.path': (args) => drawPath(services, args),
    'landscape.watch': (args) => watch(services, args),
    'landscape.train': (args) => train(services, args),
    'landscape.experiment': (args) => experiment(services, args),
    'landscape.showDocument': () => showDocument(services),
    'landscape.openReport': (args) => openReport(services, args),
    'landscape.rerun': (args) => rerun(services, args),
    'landscape.cancel': (args) => cancel(services, args),
    'landscape.showPanel': (args) => showPanel(services, args),
    'landscape.showLayer': (args) => showLayer(services, args),
    'landscape.selectData': (args) => selectData(services, args),
    'landscape.showContents': (args) => showContents(services, documents, args),
    'landscape.findModel': async (args) => {
      const { findModel } = await import('../own-code/find-model');
      await findModel(services, args);
    },
    'landscape.copyModelLines': copyModelLines,
    'landscape.copyDataLines': copySaveLines,
    'landscape.compareWithHead': async (args) => {
      const { compareWithHead } = await import('./compare-with-head');
      await compareWithHead(services, documents, args);
    },
    'landscape.openExample': () => openExample(services),
    'landscape.showLog': () => services.log.show(),
    'landscape.restartEngine': () => {
      services.engine.restart();
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('Landscape: the engine starts anew with the next run'),
        4000,
      );
    },
  };
  const commands = Object.entries(handlers).map(([name, handler]) =>
    vscode.commands.registerCommand(name, async (...args: unknown[]) => {
      try {
        await handler(inPlaces(args));
      } catch (error) {
        showError(services.log, error);
      }
    }),
  );
  return [documents, ...commands];
}

/**
 * What a command was called with. From a panel's title bar VS Code gives the panel's own address, which names no file:
 * the command then means the active panel, as it does from the palette. A folder of the view is one of the explorer's.
 */
function inPlaces(args: readonly unknown[]): readonly unknown[] {
  const [first] = args;
  if (first instanceof vscode.Uri && first.scheme === 'webview-panel') return [];
  const isFolder = typeof first === 'object' && first !== null && 'folder' in first;
  return isFolder && typeof first.folder === 'string' ? [vscode.Uri.file(first.folder)] : args;
}
