import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Dataset, readDataset } from '../../formats/datasets/dataset';
import type { FilePattern } from '../../files/pattern';
import type { Watch, WatchRequest, Watched } from '../../contract/watch';
import { CancelledError, UserError, messageOf, throwIfCancelled } from '../../core/errors';
import { SCHEMA_VERSION } from '../../contract/vocabulary';
import { optimizerNotes } from '../../wording/saved-optimizer-text';
import type { JobContext } from '../context/context';
import { ReportCache } from '../context/report-cache';
import { firstRowOf } from '../preparation/rows-read';
import { Alarm } from './alarm';
import { type Seen, listFiles } from './listing';
import { type Found, measureWatched } from './measure-watched';
import { WatchMemory } from './memory';
import { noteworthy } from './noteworthy';
import { type Complete, openComplete } from './open-complete';
import { placeOf } from './place';
import { type RunFacts, runFacts } from './run-facts';
import { savedRate } from './saved-rate';
import { Settling } from './settling';

/**
 * Waits for checkpoints in a folder and measures each that lands complete, once, in the order in which they were written.
 * Streams what is known so far; ends when nothing has come for as long as was asked, and goes on where an earlier one of the
 * same place and settings was stopped.
 * @throws UserError where there is no such folder, or the data cannot be read; CancelledError.
 */
export async function watch(request: WatchRequest, context: JobContext<Watch>): Promise<Watch> {
  const { where, settings } = request;
  const place = await placeOf(where, settings.model);
  if (!(await stat(settings.data).catch(() => undefined)))
    throw new UserError(`There is no file ${settings.data}.`);
  return new Watching(request, place, context).run();
}

/** Between two looks, where the system does not tell of changes. */
const LEAST_MS = 50;
const MOST_MS = 5000;

/** One watch under way. */
class Watching {
  private readonly started = performance.now();
  private readonly memory: WatchMemory;
  private readonly cache: ReportCache;
  private readonly settling: Settling;
  private readonly document: Watch;
  private readonly alarm: Alarm;
  private readonly queue: (Found & { readonly watched: Watched })[] = [];
  /** What ended the measuring. */
  private fault: Error | undefined;
  private measuring: Promise<void> | undefined;
  private data: Promise<Dataset> | undefined;
  /** When something came or was finished last. */
  private last = performance.now();
  private isFirstLook = true;

  constructor(
    private readonly request: WatchRequest,
    private readonly place: FilePattern,
    private readonly context: JobContext<Watch>,
  ) {
    this.memory = new WatchMemory(request);
    this.cache = new ReportCache(request.kept);
    this.settling = new Settling({
      stillMs: 1000 * request.stillSeconds,
      patienceMs: 1000 * request.patienceSeconds,
    });
    this.alarm = new Alarm(place.folder, context.signal);
    this.document = {
      schemaVersion: SCHEMA_VERSION,
      kind: 'watch',
      status: 'running',
      createdAt: new Date().toISOString(),
      title: request.title || path.basename(request.where),
      where: request.where,
      checkpoints: [],
      events: [],
      unfinished: [],
      notes: [],
      seconds: 0,
    };
  }

  async run(): Promise<Watch> {
    const pause = Math.min(MOST_MS, Math.max(LEAST_MS, 500 * this.request.stillSeconds));
    try {
      const isResumed = await this.restore();
      this.publish();
      for (;;) {
        await this.look(isResumed);
        if (this.fault !== undefined) throw this.fault;
        throwIfCancelled(this.context.signal);
        if (this.rest() <= 0) break;
        await this.alarm.next(Math.min(pause, this.rest()));
      }
      this.document.status = 'complete';
      this.publish();
      return this.document;
    } finally {
      this.alarm.close();
      await this.measuring;
      await this.save();
    }
  }

  /** Takes up what an earlier watch has found. @returns whether there was one. */
  private async restore(): Promise<boolean> {
    const kept = await this.memory.read();
    if (!kept) return false;
    const { document, place, request } = this;
    document.createdAt = kept.createdAt;
    document.settings = kept.settings;
    document.notes = kept.notes;
    document.checkpoints = await Promise.all(
      kept.checkpoints
        .filter(({ status }) => status !== 'waiting')
        .map(async ({ learningRate: _, rateFrom: __, threshold: ___, ...each }) => ({
          ...each,
          // Another rate may be known by now. What the file itself said is not asked again: it may be another file.
          ...(await runFacts(place.folder, each.file, { ...request, optimizer: each.optimizer })),
        })),
    );
    return true;
  }

  /** Looks at the files once, opens what may be complete, and has measured what is. */
  private async look(isResumed: boolean): Promise<void> {
    const before = this.isFirstLook && !isResumed;
    const files = await listFiles(this.place);
    if (this.settling.look(files, performance.now())) this.last = performance.now();
    if (this.isFirstLook) for (const seen of files) if (this.isKnown(seen)) this.settling.skip(seen);
    if (before) for (const { path } of files) this.lay.add(path);
    this.isFirstLook = false;
    for (const seen of this.settling.due(performance.now())) {
      throwIfCancelled(this.context.signal);
      await this.open(seen);
    }
    this.measuring ??= this.queue.length > 0 ? this.measureAll() : undefined;
    this.tellUnfinished();
  }

  /** Those that lay there when this began. */
  private readonly lay = new Set<string>();

  /** What could not be measured is tried again. */
  private isKnown(seen: Seen): boolean {
    return this.document.checkpoints.some(
      ({ file, bytes, writtenAt, status }) =>
        file === seen.file &&
        bytes === seen.size &&
        writtenAt === written(seen) &&
        status !== 'failed' &&
        status !== 'gone',
    );
  }

  private async open(seen: Seen): Promise<void> {
    const { settling, request, context } = this;
    try {
      const complete = await openComplete(seen.path, request.settings, context.signal);
      if (settling.tried(seen, complete, performance.now()) === 'complete') await this.add(seen, complete);
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      const reason = messageOf(error);
      if (settling.tried(seen, { reason }, performance.now()) === 'broken')
        await this.note(seen, { status: 'failed', reason });
    }
  }

  /** One that opens: to be measured, unless its contents were. */
  private async add(seen: Seen, complete: Complete): Promise<void> {
    const { sha256 } = complete;
    const same = this.document.checkpoints.find(
      (each) => each.sha256 === sha256 && each.status !== 'failed' && each.status !== 'gone',
    );
    if (same?.file === seen.file) {
      // Written again as it was.
      Object.assign(same, { writtenAt: written(seen), bytes: seen.size });
      return;
    }
    if (same) {
      const { place } = await this.note(seen, { status: 'copy', sha256, copyOf: same.file });
      // \`best.pt\` is that of an epoch, as its copy's name tells.
      if (place && !same.place) same.place = place;
      return;
    }
    const watched = await this.note(seen, { status: 'waiting', sha256 });
    this.queue.push({ seen, complete, watched });
  }

  /** A line for a file; one that said of these contents that they failed gives way to it. */
  private async note(seen: Seen, found: Pick<Watched, 'status'> & Partial<Watched>): Promise<Watched> {
    const { document } = this;
    const facts = await this.factsOf(seen);
    const watched: Watched = {
      id: 1 + Math.max(0, ...document.checkpoints.map(({ id }) => id)),
      file: seen.file,
      bytes: seen.size,
      writtenAt: written(seen),
      before: this.lay.has(seen.path),
      ...found,
      ...facts,
    };
    const isStale = ({ file, status }: Watched) => file === seen.file && status === 'failed';
    document.checkpoints = [...document.checkpoints.filter((each) => !isStale(each)), watched];
    this.last = performance.now();
    this.publish();
    return watched;
  }

  /** What is known of a file beside its contents, with what its reader should know of that. */
  private async factsOf({ path, file }: Seen): Promise<RunFacts & Pick<Watched, 'optimizer'>> {
    const { document, place, request } = this;
    const optimizer = await savedRate(path);
    const facts = {
      ...(await runFacts(place.folder, file, { ...request, optimizer })),
      ...(optimizer ? { optimizer } : {}),
    };
    document.notes = withNotes(document.notes, optimizerNotes(facts));
    return facts;
  }

  /** Measures what waits, one after the other; whatever ends it is thrown where the files are looked at. */
  private async measureAll(): Promise<void> {
    const { settings } = this.request;
    const { signal, log, progress } = this.context;
    const bench = {
      settings,
      cache: this.cache,
      context: { signal, log, progress },
      dataset: (checkpoint: string) =>
        (this.data ??= readDataset(settings.data, firstRowOf({ ...settings, checkpoint }, signal))),
    };
    try {
      for (let next = this.queue.shift(); next; next = this.queue.shift()) {
        const begun = performance.now();
        const { change, report } = await measureWatched(next, bench);
        const measuredAt = new Date().toISOString();
        Object.assign(next.watched, change, { measuredAt, seconds: (performance.now() - begun) / 1000 });
        // Trainers write weights first, and what else belongs to the checkpoint after them.
        if (change.status === 'measured' && !next.watched.optimizer)
          Object.assign(next.watched, await this.factsOf(next.seen));
        this.document.settings ??= report?.settings;
        this.document.notes = withNotes(this.document.notes, report?.notes ?? []);
        this.last = performance.now();
        // What was told once is never told anew after the end of this process, however it ends.
        await this.save();
        this.publish();
      }
    } catch (error) {
      this.fault = error instanceof Error ? error : new Error(messageOf(error));
    }
    this.measuring = undefined;
    this.alarm.ring();
  }

  private tellUnfinished(): void {
    const { document, settling } = this;
    const unfinished = settling.unfinished.filter((file) => !document.unfinished.includes(file)).length > 0;
    const isSame = !unfinished && settling.unfinished.length === document.unfinished.length;
    const rest = this.rest();
    const endsAt = this.isAtRest && Number.isFinite(rest) ? this.endingAt() : undefined;
    if (this.isAtRest)
      this.context.progress({ stage: 'waiting for checkpoints', fraction: 0, remainingSeconds: undefined });
    if (isSame && (endsAt === undefined) === (document.endsAt === undefined)) return;
    document.unfinished = [...settling.unfinished];
    if (endsAt === undefined) delete document.endsAt;
    else document.endsAt = endsAt;
    this.publish();
  }

  private get isAtRest(): boolean {
    return !this.measuring && this.queue.length === 0 && this.settling.unfinished.length === 0;
  }

  /** Milliseconds until it ends by itself, if nothing comes. */
  private rest(): number {
    const { idleSeconds } = this.request;
    if (!this.isAtRest || idleSeconds === undefined) return Infinity;
    return this.last + 1000 * idleSeconds - performance.now();
  }

  private endingAt(): string {
    return new Date(Date.now() + this.rest()).toISOString();
  }

  private publish(): void {
    const { document } = this;
    document.events = noteworthy(document.checkpoints);
    document.seconds = (performance.now() - this.started) / 1000;
    this.context.partial(document);
  }

  private save(): Promise<void> {
    return this.memory.write(this.document, (error) =>
      this.context.log('warn', `What is watched is not kept: ${messageOf(error)}`),
    );
  }
}

/** What is said of one checkpoint is not said again of another, with other figures. */
function withNotes(known: readonly string[], more: readonly string[]): string[] {
  const bare = (note: string) => note.replaceAll(/\d[\d,.]*/g, '#');
  const said = new Set(known.map(bare));
  return [...known, ...more.filter((note) => said.size < said.add(bare(note)).size)];
}

const written = ({ mtimeMs }: Seen): string => new Date(mtimeMs).toISOString();
