import path from 'node:path';
import * as vscode from 'vscode';
import { EngineClient } from '../engine/client';
import { CheckpointEditor } from './checkpoint-editor';
import { registerCommands } from './commands/register';
import { DOCUMENT_PANEL, DocumentPanels } from './documents/document-panels';
import { KeptDocuments } from './documents/kept-documents';
import { CheckpointIndex } from './hover/checkpoint-index';
import { CheckpointHover, HOVER_LANGUAGES } from './hover/hover-provider';
import { PANEL_TYPE, PanelManager } from './panel/panel-manager';
import { inWorkspaceTerms } from './path-names';
import { RequestBuilder } from './request-builder';
import { executeIn } from './runs/execute';
import { createNotices } from './runs/notices';
import { failedRows } from './runs/row-colours';
import { RunQueue } from './runs/run-queue';
import { RunsView } from './runs/runs-view';
import { createStatusBar } from './runs/status-bar';
import { tell } from './show-error';
import { ReportStore } from './store/report-store';
import { offerTerminalCommand } from './terminal';
import { TrainingTasks } from './training/tasks';
import { FileWatch } from './watch';

/** Makes and registers everything. Nothing is read or computed here: the engine starts with the first request. */
export function start(context: vscode.ExtensionContext): void {
  const services = createServices(context);
  const index = new CheckpointIndex();
  const editor = new CheckpointEditor(services);
  const runs = new RunsView(services);
  context.subscriptions.push(
    services.log,
    { dispose: () => services.engine.dispose() },
    services.panels,
    services.documents,
    services.files,
    index,
    runs,
    createStatusBar(services),
    createNotices(services),
    ...registerCommands(services, index),
    vscode.window.registerTreeDataProvider('landscape.runs', runs),
    vscode.window.registerFileDecorationProvider(failedRows),
    vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, services.panels),
    vscode.window.registerWebviewPanelSerializer(DOCUMENT_PANEL, services.documents),
    vscode.tasks.registerTaskProvider('landscape', new TrainingTasks(context.extensionPath)),
    ...['landscape.checkpoint', 'landscape.checkpointOption'].map((type) =>
      vscode.window.registerCustomEditorProvider(type, editor, { supportsMultipleEditorsPerDocument: true }),
    ),
    vscode.languages.registerHoverProvider(HOVER_LANGUAGES, new CheckpointHover(services, index)),
  );
  offerTerminalCommand(context);
  // The first hover should not wait for the search of the workspace and the reader of reports, nor activation.
  const warmUp = setTimeout(() => {
    void index.all();
    void import('./store/read-report');
  }, 1500);
  context.subscriptions.push({ dispose: () => clearTimeout(warmUp) });
}

function createServices(context: vscode.ExtensionContext) {
  const log = vscode.window.createOutputChannel('Landscape', { log: true });
  const { version } = context.extension.packageJSON as { version: string };
  log.info(`Landscape ${version}, VS Code ${vscode.version}, ${process.platform} ${process.arch}`);
  const engine = new EngineClient({
    enginePath: path.join(context.extensionPath, 'dist', 'engine.js'),
    log: (level, message) => log[level](message),
    reword: (message) => {
      const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
      return inWorkspaceTerms(message, folders, process.cwd());
    },
  });
  const store = new ReportStore(context.globalStorageUri.fsPath);
  const warn = (message: string) => {
    log.warn(message);
    void tell(log, 'warning', message);
  };
  const queue = new RunQueue(executeIn({ engine, store, warn }));
  const panels = new PanelManager();
  const requests: RequestBuilder = new RequestBuilder(async (checkpoint) => {
    const { chooseData } = await import('./first-use/choose-data');
    return chooseData({ engine, withData: (...asked) => requests.withData(...asked), warn }, checkpoint);
  });
  const documents: DocumentPanels = new DocumentPanels(() => services);
  const files = new FileWatch();
  const kept = new KeptDocuments(path.join(context.globalStorageUri.fsPath, 'documents'));
  const services = { context, log, engine, store, queue, requests, panels, documents, kept, files };
  panels.attach(services);
  return services;
}
