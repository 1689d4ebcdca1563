import path from 'node:path';
import * as vscode from 'vscode';

/** A task of type `landscape`, as tasks.json holds it. */
interface RunTask extends vscode.TaskDefinition {
  readonly type: 'landscape';
  readonly run: string;
}

/** One task for each run file of the workspace: training in a terminal of its own, by the editor's Node. */
export class TrainingTasks implements vscode.TaskProvider {
  constructor(private readonly extensionPath: string) {}

  async provideTasks(): Promise<vscode.Task[]> {
    const files = await vscode.workspace.findFiles('**/*.run.json', '**/node_modules/**', 200);
    return files.flatMap((uri) => {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      if (folder === undefined) return [];
      const run = path.relative(folder.uri.fsPath, uri.fsPath).split(path.sep).join('/');
      return [this.task({ type: 'landscape', run }, folder)];
    });
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const { run } = task.definition as RunTask;
    const folder = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0];
    return typeof run === 'string' && folder !== undefined
      ? this.task(task.definition as RunTask, folder)
      : undefined;
  }

  private task(definition: RunTask, folder: vscode.WorkspaceFolder): vscode.Task {
    const cli = path.join(this.extensionPath, 'dist', 'cli.js');
    const execution = new vscode.ProcessExecution(process.execPath, [cli, 'train', definition.run], {
      cwd: folder.uri.fsPath,
      // Inside the editor Node is Electron.
      env: { ELECTRON_RUN_AS_NODE: '1' },
    });
    const name = vscode.l10n.t('train {0}', definition.run);
    return new vscode.Task(definition, folder, name, 'landscape', execution, []);
  }
}
