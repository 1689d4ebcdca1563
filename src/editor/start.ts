import path from 'node:path';
import * as vscode from 'vscode';
import { EngineClient, type EngineClientOptions } from '../engine/client';
import { compiledFolder } from '../settings/cache-folder';
import { CheckpointEditor } from './checkpoint-editor';
import { EDITORS } from './checkpoint-files';
import { registerCommands } from './commands/register';
import { keepDocuments } from './documents/keep-documents';
import { KeptDocuments } from './documents/kept-documents';
import { offerCancelling } from './elsewhere/offer-cancelling';
import { CheckpointIndex } from './hover/checkpoint-index';
import { CheckpointHover, HOVER_LANGUAGES } from './hover/hover-provider';
import { executeIn } from './jobs/execute';
import { JobsView } from './jobs/jobs-view';
import { createNotices } from './jobs/notices';
import { JobQueue } from './jobs/queue';
import { failedRows } from './jobs/row-colours';
import { createStatusBar } from './jobs/status-bar';
import { DOCUMENT_PANEL, PanelManager, REPORT_PANEL } from './panel/panel-manager';
import { inWorkspaceTerms } from './path-names';
import { RequestBuilder } from './request-builder';
import type { Services } from './services';
import { tell } from './show-error';
import { ReportStore } from './store/report-store';
import { Summaries } from './store/summaries';
import { startLines } from './lines/start-lines';
import { startHome } from './home/start-home';
import { startLoads } from './loads/start-loads';
import { offerTerminalCommand } from './terminal';
import { TrainingTasks } from './training/tasks';
import { FileWatch } from './watch';
import { keepWatching } from './watching/lasting-watches';
import { createWatchNotices } from './watching/watch-notices';

/** Makes and registers everything. Nothing is read or computed here: the engine starts with the first request. */
export function start(context: vscode.ExtensionContext): void {
  const services = createServices(context);
  const editor = new CheckpointEditor(services);
  const jobs = new JobsView(services);
  context.subscriptions.push(
    // First, for what the end of the window stops is not stopped by its person.
    keepWatching(services),
    services.log,
    { dispose: () => services.engine.dispose() },
    { dispose: () => services.background.dispose() },
    services.panels,
    services.files,
    services.checkpoints,
    jobs,
    createStatusBar(services),
    createNotices(services),
    createWatchNotices(services),
    offerCancelling(services),
    keepDocuments(services),
    ...registerCommands(services),
    vscode.window.registerTreeDataProvider('landscape.runs', jobs),
    vscode.window.registerFileDecorationProvider(failedRows),
    ...[REPORT_PANEL, DOCUMENT_PANEL].map((type) =>
      vscode.window.registerWebviewPanelSerializer(type, services.panels),
    ),
    vscode.tasks.registerTaskProvider('landscape', new TrainingTasks(context.extensionPath)),
    ...EDITORS.map((type) =>
      vscode.window.registerCustomEditorProvider(type, editor, { supportsMultipleEditorsPerDocument: true }),
    ),
    vscode.languages.registerHoverProvider(HOVER_LANGUAGES, new CheckpointHover(services)),
    ...startLines(services),
    ...startLoads(services),
    ...startHome(services),
  );
  offerTerminalCommand(context);
  // The first hover should not wait for the search of the workspace and the reader of reports, nor activation.
  const warming = setTimeout(() => void warmUp(services), 500);
  context.subscriptions.push({ dispose: () => clearTimeout(warming) });
}

/** How long the engine stays after its last job: lanes that rest go by themselves before. */
const WARM_MILLISECONDS = 150_000;

/** Loads what hovers need and runs it once: what validates is built when it is first used. */
async function warmUp({ checkpoints, store, requests }: Services): Promise<void> {
  await import('./store/read-report');
  const [first] = await checkpoints.all();
  if (first === undefined) return;
  await store.latest(first);
  // A mistake in `landscape.json` is told when something is run.
  await requests.standing(first).catch(() => undefined);
}

function createServices(context: vscode.ExtensionContext) {
  const log = vscode.window.createOutputChannel('Landscape', { log: true });
  const { version } = context.extension.packageJSON as { version: string };
  log.info(`Landscape ${version}, VS Code ${vscode.version}, ${process.platform} ${process.arch}`);
  const engineOptions: EngineClientOptions = {
    enginePath: path.join(context.extensionPath, 'dist', 'engine.js'),
    compiledIn: compiledFolder(),
    log: (level, message) => log[level](message),
    reword: (message) => {
      const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
      return inWorkspaceTerms(message, folders, process.cwd());
    },
  };
  // Lanes and what they have compiled stay for the next analysis.
  const engine = new EngineClient({ ...engineOptions, idleMilliseconds: WARM_MILLISECONDS });
  const background = new EngineClient({ ...engineOptions, isBackground: true });
  const store = new ReportStore(context.globalStorageUri.fsPath);
  const summaries: Summaries = new Summaries(engine, store.records, async (checkpoint) => {
    // A mistake in `landscape.json` is told when something is run.
    const standing = await requests.standing(checkpoint).catch(() => undefined);
    return standing?.explicit ?? {};
  });
  const warn = (message: string) => {
    log.warn(message);
    void tell(log, 'warning', message);
  };
  const queue = new JobQueue(executeIn({ engine, background, store, warn }));
  const panels: PanelManager = new PanelManager(() => services);
  const requests: RequestBuilder = new RequestBuilder(async (checkpoint) => {
    const { chooseData } = await import('./first-use/choose-data');
    return chooseData(
      {
        ...{ engine, summaries, warn, dist: path.join(context.extensionPath, 'dist') },
        withData: (...asked) => requests.withData(...asked),
      },
      checkpoint,
    );
  });
  const files = new FileWatch();
  const kept = new KeptDocuments(path.join(context.globalStorageUri.fsPath, 'documents'));
  const checkpoints = new CheckpointIndex();
  const shared = { context, log, engine, background, store, summaries, kept, files };
  const services = { ...shared, queue, requests, panels, checkpoints };
  return services;
}
