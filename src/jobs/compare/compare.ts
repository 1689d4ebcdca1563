import { setImmediate } from 'node:timers/promises';
import { correlate } from '../../analysis/comparison/correlate';
import { disagreements } from '../../analysis/comparison/disagreements';
import { openModel } from '../../formats/model';
import type {
  CompareRequest,
  Comparison,
  ComparisonMember,
  Correlation,
  FailedTask,
} from '../../contract/comparison';
import { measureIds, measuresOf, outcomeOf } from '../../wording/comparison-figures';
import { CancelledError, UserError, isOfFiles, messageOf, throwIfCancelled } from '../../core/errors';
import { incompleteTitle } from '../../wording/incomplete';
import type { Report } from '../../contract/report';
import { OUTCOMES, SCHEMA_VERSION } from '../../contract/vocabulary';
import type { AnalyzeRequest } from '../../contract/settings';
import { identityOf } from '../../core/identity';
import { analyze } from '../analyze/analyze';
import { type BarrierEnd, compareBarriers, networkFacts, planBarriers } from './compare-barriers';
import { toldOfLanes } from '../../lanes/open';
import type { JobContext } from '../context/context';
import { subJob } from '../context/sub-job';
import { membersOf, requestOf, rowsOf } from './members';
import { onceMore } from '../context/once-more';
import { ProgressPlan } from '../context/progress-plan';
import { reportKey } from '../../settings/result-key';
import { FilesChanged, ReportCache, changedMeanwhile, keyOfReport } from '../context/report-cache';

/**
 * Measures several checkpoints alike (the same data, rows, seeds and settings) and holds their measures against what
 * they are said to foretell. Reports that were finished before, or in another comparison, are taken from the cache.
 */
export async function compare(request: CompareRequest, context: JobContext<Comparison>): Promise<Comparison> {
  context.progress({ stage: 'reading', fraction: 0, remainingSeconds: undefined });
  return new Comparing(request, context).run();
}

/** A checkpoint that is still to be reported on; `key` names its report, and its network counts for barriers. */
type Candidate = Omit<BarrierEnd, 'network'> & { readonly network: BarrierEnd['network'] | undefined };

/** Those of whose networks barriers were asked for. */
const endsOf = (candidates: readonly Candidate[]): BarrierEnd[] =>
  candidates.flatMap(({ network, ...rest }) => (network ? [{ ...rest, network }] : []));

/** One comparison under way. */
class Comparing {
  private readonly started = performance.now();
  private readonly cache: ReportCache;
  private readonly comparison: Comparison;
  /** What keeps a checkpoint out: the first such sentence is the answer where too few remain. */
  private readonly refusals: string[] = [];
  /** Until a dead process or a fault of ours costs it a part: what files cannot give is no part of it. */
  private isWhole = true;
  private saysNotKept = false;

  constructor(
    private readonly request: CompareRequest,
    private readonly context: JobContext<Comparison>,
  ) {
    this.cache = new ReportCache(request.cache);
    this.comparison = {
      schemaVersion: SCHEMA_VERSION,
      kind: 'comparison',
      status: 'running',
      createdAt: new Date().toISOString(),
      title: request.title,
      members: [],
      reports: [],
      correlations: [],
      barriers: [],
      findings: [],
      notes: [],
      seconds: 0,
    };
  }

  async run(): Promise<Comparison> {
    await this.findMembers();
    const candidates = await this.readAll();
    const known = await Promise.all(candidates.map(({ key, request }) => this.cache.find(key, request)));
    let inner = '';
    const plan = new ProgressPlan(
      [
        ...candidates.map(({ member }, i) => ({
          name: member.label,
          work: 1,
          weight: known[i] ? CACHED_WORK : 1,
        })),
        ...(this.request.barriers
          ? [{ name: BARRIERS, work: 1, weight: BARRIERS_WORK * candidates.length }]
          : []),
      ],
      (progress) =>
        this.context.progress({ ...progress, stage: inner ? `${progress.stage}: ${inner}` : progress.stage }),
    );
    // Said before hours of measuring, and again at the end, of those that are left then.
    const before = [...this.comparison.notes];
    this.comparison.notes.push(...planBarriers(endsOf(candidates)).notes);
    this.publish();
    const planned = this.comparison.notes.slice(before.length);
    const barriers = this.request.barriers ? BARRIERS_WORK * candidates.length : 0;
    const fresh = known.filter((report) => !report).length;
    for (const candidate of candidates) {
      throwIfCancelled(this.context.signal);
      inner = '';
      plan.enter(candidate.member.label);
      await this.add(candidate, ({ stage, fraction, estimate }) => {
        inner = stage;
        plan.advance(fraction);
        // The others take as long as the first.
        if (estimate)
          plan.announce({
            ...estimate,
            seconds: estimate.seconds * (fresh + barriers),
            count: estimate.count * fresh,
          });
      });
    }
    this.comparison.notes = this.comparison.notes.filter((note) => !planned.includes(note));
    if (this.request.barriers) {
      inner = '';
      plan.enter(BARRIERS);
      await this.measureBarriers(candidates, (share) => plan.advance(share));
    }
    await this.correlate(true);
    this.comparison.findings = this.findings();
    this.comparison.notes.push(...this.lastNotes());
    this.comparison.status = this.isWhole ? 'complete' : 'incomplete';
    if (!this.isWhole) this.comparison.title = incompleteTitle(this.comparison.title);
    this.publish();
    return this.comparison;
  }

  private async findMembers(): Promise<void> {
    const found = await membersOf(this.request);
    this.comparison.members = [...found.members];
    this.comparison.notes.push(...found.notes);
    if (this.comparison.title === '') this.comparison.title = titleOf(found.members);
  }

  /** Opens every checkpoint once: what cannot be read is known before anything is computed. */
  private async readAll(): Promise<Candidate[]> {
    const { signal } = this.context;
    const data = await rowsOf(this.request, signal);
    const candidates: Candidate[] = [];
    for (const checkpoint of this.request.checkpoints) {
      throwIfCancelled(signal);
      const member = this.comparison.members[candidates.length];
      this.context.progress({ stage: `reading ${member.label}`, fraction: 0, remainingSeconds: undefined });
      const request = requestOf(this.request, checkpoint, member);
      await this.attempt(member, async () => {
        const { sha256, model } = await openModel(checkpoint, signal, data.shapes, request);
        const network = this.request.barriers ? networkFacts(model) : undefined;
        candidates.push({
          member,
          request,
          key: reportKey({ checkpoint: sha256, data: data.sha256 }, request),
          network,
        });
      });
    }
    return candidates;
  }

  /** Measures one checkpoint, or takes its report from the cache. */
  private async add({ member, request, key }: Candidate, progress: JobContext['progress']): Promise<void> {
    await this.attempt(member, async () => {
      const known = await this.cache.find(key, request);
      const failure = this.request.failures?.[request.checkpoint];
      if (!known && failure) throw failureOf(failure);
      const report = known ?? (await this.analyze(request, progress));
      this.comparison.reports.push(report);
      if (known) return;
      const own = keyOfReport(report, request);
      await this.keep(own, report);
      if (own !== key) throw changedMeanwhile(request.checkpoint);
      await this.correlate(false);
      this.publish();
    });
  }

  /** Between those that have reports; positions are those of the reports. */
  private async measureBarriers(
    candidates: readonly Candidate[],
    progress: (share: number) => void,
  ): Promise<void> {
    const { members } = this.comparison;
    const { notes, isWhole } = await compareBarriers(
      endsOf(candidates.filter(({ member }) => members.includes(member))),
      {
        signal: this.context.signal,
        log: this.context.log,
        cache: this.cache,
        onBarrier: (barrier, share) => {
          this.comparison.barriers.push(barrier);
          progress(share);
        },
      },
    );
    this.comparison.notes.push(...notes);
    this.isWhole &&= isWhole;
  }

  private analyze(request: AnalyzeRequest, progress: JobContext['progress']): Promise<Report> {
    return onceMore(request.checkpoint, this.context, ({ frugal }) =>
      analyze(request, subJob({ ...this.context, frugal }, progress)),
    );
  }

  /** A cache that cannot be written to costs time later, not the figures now. */
  private async keep(key: string, report: Report): Promise<void> {
    try {
      await this.cache.keep(key, report);
    } catch (error) {
      if (!this.saysNotKept) this.comparison.notes.push(`Finished reports are not kept: ${messageOf(error)}`);
      this.saysNotKept = true;
    }
  }

  /**
   * A checkpoint that fails is left out with a note, and the others go on. For want of memory, or by a fault of ours, the
   * comparison is not the one that was asked for then, and says so.
   * @throws CancelledError; UserError when fewer than two can remain, or what ended them where that was no mistake.
   */
  private async attempt(member: ComparisonMember, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      const isOver = [CancelledError, FilesChanged].some((kind) => error instanceof kind);
      if (isOver || this.context.signal.aborted) throw error;
      this.refusals.push(messageOf(error));
      this.isWhole &&= isOfFiles(error);
      this.comparison.members = this.comparison.members.filter((each) => each !== member);
      this.comparison.notes.push(`${member.label} is left out: ${messageOf(error)}`);
      if (this.comparison.members.length >= 2) return;
      if (!isOfFiles(error)) throw error;
      throw new UserError(`Fewer than two checkpoints can be compared. ${this.refusals[0]}`);
    }
  }

  /** Every measure with every outcome, over the reports so far. */
  private async correlate(interval: boolean): Promise<void> {
    const { reports, members } = this.comparison;
    const measures = reports.map(measuresOf);
    const correlations: Correlation[] = [];
    for (const measure of measureIds(reports)) {
      for (const outcome of OUTCOMES) {
        const points = reports.flatMap((report, i) => {
          const [x, y] = [measures[i].get(measure)?.value, outcomeOf(report, outcome)?.value];
          return x === undefined || y === undefined ? [] : [{ ...members[i], x, y }];
        });
        if (points.length === 0) continue;
        const { seed } = this.request.settings;
        const bound = measures.some((figures) => figures.get(measure)?.converged === false);
        const found = bound ? boundsOnly(points.length) : correlate(points, { seed, interval });
        correlations.push({ measure, outcome, ...found });
      }
      // Thousands of resamples of many checkpoints take a while: the engine answers in between.
      await setImmediate();
      throwIfCancelled(this.context.signal);
    }
    this.comparison.correlations = correlations;
  }

  private findings(): string[] {
    const { reports, members } = this.comparison;
    return disagreements(
      reports.map((report, i) => ({
        ...members[i],
        sha256: report.checkpoint.sha256,
        parameters: report.checkpoint.parameters,
        trainLoss: report.loss?.train.loss.value,
        measures: measuresOf(report),
      })),
    );
  }

  private lastNotes(): string[] {
    const { reports, members } = this.comparison;
    const failed = members.filter((_, i) => reports[i].checks.some(({ passed }) => !passed));
    return [
      ...failed.map(
        ({ label }) =>
          `${label} failed a check of its derivatives: its figures are not to be trusted before its own report has been read.`,
      ),
      `${measuredOn(members)}, so random draws are alike and their errors (over rows, probes or draws, as each measure says) are partly shared. Where an order is called clear, the values differ by more than two standard errors taken as independent.`,
      ...toldOfLanes(),
    ];
  }

  /** Sends the comparison so far. */
  private publish(): void {
    this.comparison.seconds = (performance.now() - this.started) / 1000;
    this.context.partial(this.comparison);
  }
}

/** A mistake of the person's stays one, wherever it was found. */
const failureOf = ({ reason, isOfFiles: isTheirs }: FailedTask): Error =>
  isTheirs ? new UserError(reason) : new Error(reason);

/** Bounds have no order among them. */
const boundsOnly = (count: number): Omit<Correlation, 'measure' | 'outcome'> => ({
  tau: null,
  interval: null,
  count,
  granulated: [],
  note: 'Some of the values are bounds that have not converged: set "bottom" to find the smallest eigenvalue.',
});

/** Runs that drew their rows, or labels, by seeds of their own are measured on those. */
const measuredOn = (members: readonly ComparisonMember[]): string =>
  new Set(members.map(({ trained }) => identityOf(trained))).size > 1
    ? 'Each checkpoint was measured on the rows and labels that its run trained on, all with the same seed'
    : 'All checkpoints were measured on the same rows with the same seed';

/** What a report from the cache takes, in units of one that is computed. */
const CACHED_WORK = 0.001;
const BARRIERS = 'barriers between pairs';
/** Of all the barriers of one checkpoint, in the same units. */
const BARRIERS_WORK = 0.2;

function titleOf(members: readonly ComparisonMember[]): string {
  if (members.length === 2) return `${members[0].label} against ${members[1].label}`;
  const runs = new Set(members.map(({ run }) => run)).size;
  return `${members.length} checkpoints of ${runs === 1 ? 'one run' : `${runs} runs`}`;
}
