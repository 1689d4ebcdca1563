import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelHtml } from '../../wording/panel-html';

/** Gives a webview its page and nothing more: scripts by nonce, files of `dist/webview` alone. */
export function loadPage(webview: vscode.Webview, extensionUri: vscode.Uri, title: string): void {
  const root = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(root, name)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [root] };
  webview.html = panelHtml({
    nonce: randomBytes(16).toString('base64url'),
    cspSource: webview.cspSource,
    scriptUri: uri('main.js'),
    styleUri: uri('main.css'),
    title,
  });
}
