import type { AnyRequest } from '../store/report-store';

/** What a panel needs to open again, as the text that its webview keeps. */
export function restoreText(subject: AnyRequest | string): string {
  return JSON.stringify(typeof subject === 'string' ? { file: subject } : { request: subject });
}
