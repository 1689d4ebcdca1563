import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { resetFake } from './fake-vscode';
import * as vscode from 'vscode';
import { livePanel } from '../../../src/editor/panel/live-panel';
import { NOTHING, type Subject } from '../../../src/editor/panel/live-view';

beforeEach(resetFake);

const PATIENCE = 20;

const subject: Subject = {
  ...{ view: 'report', title: 'best', about: undefined, settable: false },
  matches: () => false,
  load: () => Promise.resolve(NOTHING),
  handle: () => Promise.resolve(),
};

/** A panel whose page is silent, and what was loaded into it. */
function silentPanel() {
  const pages: string[] = [];
  const warnings: string[] = [];
  const received = new vscode.EventEmitter<unknown>();
  const disposed = new vscode.EventEmitter<void>();
  const webview = {
    ...{ options: {}, cspSource: 'self', postMessage: () => Promise.resolve(true) },
    asWebviewUri: (uri: vscode.Uri) => uri,
    onDidReceiveMessage: received.event,
    set html(html: string) {
      pages.push(html);
    },
  };
  const panel = {
    ...{ webview, visible: true, onDidDispose: disposed.event },
    onDidChangeViewState: new vscode.EventEmitter<void>().event,
  };
  const services = {
    context: { extensionUri: vscode.Uri.file('/extension') },
    queue: { all: [], onChange: () => () => undefined },
    files: { onDidChange: new vscode.EventEmitter<void>().event },
    log: { warn: (text: string) => warnings.push(text) },
  };
  livePanel(services as never, panel as never, subject, PATIENCE);
  return { pages, warnings, panel, says: received, closed: disposed };
}

test('a page in sight that does not come to life is loaded again, three times at most', async () => {
  const { pages, warnings } = silentPanel();
  assert.equal(pages.length, 1);
  await sleep(12 * PATIENCE);
  assert.equal(pages.length, 4);
  assert.equal(new Set(pages).size, 4, 'the same page again is not loaded by VS Code');
  assert.match(warnings[0], /^best: its page has not come to life/);
});

test('a page that has come to life, is out of sight or closed is left alone', async () => {
  const [alive, hidden, closed] = [silentPanel(), silentPanel(), silentPanel()];
  alive.says.fire({ type: 'ready' });
  hidden.panel.visible = false;
  closed.closed.fire();
  await sleep(4 * PATIENCE);
  assert.deepEqual(
    [alive, hidden, closed].map(({ pages }) => pages.length),
    [1, 1, 1],
  );
  hidden.panel.visible = true;
  await sleep(3 * PATIENCE);
  assert.ok(hidden.pages.length > 1, 'it comes into sight still blank');
  hidden.closed.fire();
});
