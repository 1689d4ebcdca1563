import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { extensionId } from './paths';

/**
 * Resources of a webview come by its service worker, from hosts that no name server knows. A frame that is torn down while the
 * window reloads may ask for them once more, past the worker. A panel that was not loaded for it would show nothing.
 */
const TORN_DOWN = 'Failed to load resource: net::ERR_NAME_NOT_RESOLVED';

/**
 * Collects what the extension and its webviews did wrong: console errors, uncaught exceptions, violations of the
 * content security policy. The editor's own messages (missing service worker parts, watchdogs) are left out.
 */
export class Problems {
  private readonly fromPage: string[] = [];

  constructor(
    context: BrowserContext,
    private readonly serverFolder: string,
  ) {
    context.on('console', (message) => {
      const { url } = message.location();
      const text = message.text();
      if (message.type() === 'error' && text !== TORN_DOWN && isOurs(url, text))
        this.fromPage.push(`console: ${text}`);
    });
    context.on('weberror', (event) => {
      const error = event.error();
      const text = error.stack ?? error.message;
      if (isOurs('', text)) this.fromPage.push(`uncaught: ${text}`);
    });
  }

  /** All of them so far; empty when nothing went wrong. */
  list(): string[] {
    const all = [...this.fromPage, ...this.fromExtensionHost()];
    return all.map((problem) => problem.split('\n').slice(0, 4).join('\n'));
  }

  /** Errors in the extension host's log that name the extension: a rejected command, a failed activation. */
  private fromExtensionHost(): string[] {
    const logs = path.join(this.serverFolder, 'ud', 'logs');
    const alternative = path.join(this.serverFolder, 'sd', 'data', 'logs');
    return [logs, alternative]
      .flatMap(filesBelow)
      .filter((file) => file.endsWith('remoteexthost.log'))
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .filter((line) => line.includes('[error]') && line.includes(extensionId()));
  }
}

/** A webview's frame names its extension in its address; a script of ours is served from `vscode-resource`. */
function isOurs(url: string, text: string): boolean {
  return [url, text].some((where) => where.includes(extensionId()) || where.includes('vscode-resource'));
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }).map((name) => path.join(folder, name.toString()));
  } catch {
    return [];
  }
}
