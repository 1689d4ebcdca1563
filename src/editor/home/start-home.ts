import * as vscode from 'vscode';
import type { Services } from '../services';
import { CheckpointTree } from './checkpoint-tree';
import { MeasuredFiles } from './measured-files';
import { REPORT_EDITOR, ReportEditor } from './report-editor';

/** What has been measured, where a person looks for it: a tree of its own, the explorer's files, the files of reports. */
export function startHome(services: Services): vscode.Disposable[] {
  const [tree, files] = [new CheckpointTree(services), new MeasuredFiles(services)];
  return [
    tree,
    files,
    vscode.window.registerTreeDataProvider('landscape.checkpoints', tree),
    vscode.window.registerFileDecorationProvider(files),
    vscode.window.registerCustomEditorProvider(REPORT_EDITOR, new ReportEditor(services)),
  ];
}
