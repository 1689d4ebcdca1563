import { existsSync } from 'node:fs';
import path from 'node:path';
import { EngineCrash, type EngineClient } from '../../engine/client';
import { CancelledError, UserError, messageOf } from '../../core/errors';
import type { PanelDocument } from '../../contract/panel-protocol';
import type { Progress } from '../../contract/progress';
import type { DocumentRequest } from './document-request';

export type DocumentStatus = 'idle' | 'running' | 'finished' | 'failed' | 'cancelled';

/** Where a job stands. */
export interface DocumentState {
  readonly status: DocumentStatus;
  readonly progress: Progress | undefined;
  /** What has been found so far; what an earlier window had found, before a start. */
  readonly document: PanelDocument | undefined;
  readonly error: string | undefined;
}

/** One run of training, comparison or experiment in the engine; started and cancelled any number of times. */
export class DocumentJob {
  private current: DocumentState;
  private controller: AbortController | undefined;

  constructor(
    private readonly engine: EngineClient,
    private asked: DocumentRequest,
    readonly title: string,
    document: PanelDocument | undefined,
    private readonly changed: (job: DocumentJob) => void,
  ) {
    this.current = { status: 'idle', progress: undefined, document, error: undefined };
  }

  get request(): DocumentRequest {
    return this.asked;
  }

  /**
   * The same job may be asked for in other words (a run by its file and by its history), and what it found may have
   * been read again: the last time counts, unless it runs.
   */
  take(request: DocumentRequest, document: PanelDocument | undefined = this.current.document): void {
    if (this.isRunning) return;
    this.asked = request;
    this.set({ document });
  }

  get state(): DocumentState {
    return this.current;
  }

  get isRunning(): boolean {
    return this.current.status === 'running';
  }

  /** Starts it, or goes on where it stopped: what is done is never done twice. Resolves when it ends, however it ends. */
  async start(): Promise<void> {
    if (this.isRunning) return;
    const controller = new AbortController();
    this.controller = controller;
    this.set({ status: 'running', progress: undefined, error: undefined });
    try {
      const document = await ask(this.engine, this.request, {
        signal: controller.signal,
        what: this.title,
        remains: () => remainsOf(this.request),
        onProgress: (progress) => this.set({ progress }),
        onPartial: (partial) => this.set({ document: partial as PanelDocument }),
      });
      this.set({ status: 'finished', document });
    } catch (error) {
      if (error instanceof CancelledError)
        this.set({ status: 'cancelled', document: stopped(this.current.document) });
      else this.set({ status: 'failed', error: failureText(error, this.request) });
    }
  }

  cancel(): void {
    this.controller?.abort();
  }

  private set(change: Partial<DocumentState>): void {
    this.current = { ...this.current, ...change };
    this.changed(this);
  }
}

/** A comparison, or what an engine was killed over, does not say itself that it is not whole. */
const stopped = (document: PanelDocument | undefined): PanelDocument | undefined =>
  document?.status === 'running' ? { ...document, status: 'cancelled' } : document;

/** What is left of a job that no mistake of its user ended. */
function remainsOf({ method, params }: DocumentRequest): string | undefined {
  if (method === 'train')
    return existsSync(path.join(params.out, 'state.bin'))
      ? 'The run can go on from its last state: press Go on.'
      : 'The run had written no state yet, and begins anew when it is started again.';
  const isKept = method === 'experiment' || (method === 'compare' && params.cache !== undefined);
  return isKept ? 'What is finished is kept: press Go on.' : undefined;
}

/** Where a lane of a run died its last state is left, as when the engine did, which says so itself. */
function failureText(error: unknown, request: DocumentRequest): string {
  const isTold = request.method !== 'train' || error instanceof UserError || error instanceof EngineCrash;
  const remains = isTold ? undefined : remainsOf(request);
  return [messageOf(error), ...(remains === undefined ? [] : [remains])].join(' ');
}

interface AskOptions {
  readonly signal: AbortSignal;
  readonly what: string;
  readonly remains: () => string | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly onPartial: (document: unknown) => void;
}

function ask(engine: EngineClient, request: DocumentRequest, options: AskOptions): Promise<PanelDocument> {
  switch (request.method) {
    case 'train':
      return engine.request('train', request.params, options);
    case 'compare':
      return engine.request('compare', request.params, options);
    case 'rescale':
      return engine.request('rescale', request.params, options);
    case 'experiment':
      return engine.request('experiment', request.params, options);
    case 'file':
      return Promise.reject(
        new UserError(
          'This document was opened from a file: to go on, give the command that made it again (Compare Checkpoints, Run Experiment).',
        ),
      );
  }
}
