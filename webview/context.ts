import type { ExportFormat, PanelState } from '../src/contract/panel-protocol';
import type { Host } from './host';
import type { ReliefLoader } from './relief/load';

/** A part of the page. It is made once and updated in place, so that focus and scroll stay. */
export interface Section {
  readonly element: HTMLElement;
  update(state: PanelState): void;
}

/** What every section may use. */
export interface Context {
  readonly host: Host;
  /** Choices of the person at the page (open tables, sort order): kept over a reload. */
  readonly ui: UiState;
  readonly relief: ReliefLoader;
  /** Says a text to screen readers, without moving the focus. */
  announce(text: string): void;
  /** Hands a file to the host, named after what is shown. */
  save(part: string, format: ExportFormat, content: string, encoding?: 'utf8' | 'base64'): void;
}

export interface UiState {
  get<T>(key: string, fallback: T): T;
  set(key: string, value: unknown): void;
}

/** True while values may still come in: sections then keep their place. */
export function isBusy({ job }: PanelState): boolean {
  return job.status === 'running' || job.status === 'queued';
}
