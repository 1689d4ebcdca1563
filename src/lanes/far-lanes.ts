import { UserError } from '../core/errors';
import { FarLane } from './far-lane';
import type { Lane } from './lane';
import type { LaneSource } from './pool';

/** The place of one lane: how it is started, and the lane that was. */
interface Place {
  readonly command: string;
  lane: FarLane | undefined;
  isTaken: boolean;
  /** Its lane ended by itself: it is not started again. */
  isLost: boolean;
}

/** Pools whose work was cancelled kill their lanes, and give none back. */
const isFree = ({ isTaken, isLost, lane }: Place): boolean => !isLost && !(isTaken && lane?.isAlive);

/** A word as a POSIX shell reads it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** What the shell runs: the command and the words that start a lane. ssh has them read by another shell at the other end. */
export function lineOf(command: string, words: readonly string[]): string {
  const line = words.map(quoted).join(' ');
  return `${command} ${/^\s*(\S*\/)?ssh\s/.test(command) ? quoted(line) : line}`;
}

/**
 * Lanes that commands of the shell carry elsewhere, one each: `srun --ntasks=1`, `ssh node`. They belong to this process, and
 * serve one network after the other; a lane that is lost is not started again.
 */
export class FarLanes implements LaneSource {
  private readonly places: readonly Place[];
  /** All that was told of them. */
  readonly notes = new Set<string>();

  /**
   * @param commands what is put before the start of each lane.
   * @param script the built lane, which lies under the same path there.
   */
  constructor(
    commands: readonly string[],
    private readonly script: string,
  ) {
    this.places = commands.map((command) => ({ command, lane: undefined, isTaken: false, isLost: false }));
  }

  /** Starts all lanes, which may have to wait for their place in a queue. */
  begin(): void {
    for (const place of this.places) if (!place.isLost) this.laneAt(place);
  }

  /** Lanes that nobody has. @throws UserError where none is left. */
  get free(): number {
    if (this.places.every(({ isLost }) => isLost))
      throw new UserError('None of the compute processes that were started elsewhere is left.');
    return this.places.filter(isFree).length;
  }

  take(): Lane {
    const place = this.places.find(isFree);
    if (!place) throw new Error('no lane is free');
    place.isTaken = true;
    return this.laneAt(place);
  }

  /** What it is asked next comes after this: it may be taken at once. */
  async giveBack(lane: Lane): Promise<void> {
    const place = this.placeOf(lane);
    if (place) place.isTaken = false;
    await lane.request({ type: 'rest' }).catch(() => lane.kill());
  }

  told(lanes: readonly Lane[]): string {
    const hellos = lanes.flatMap((lane) => this.placeOf(lane)?.lane?.hello ?? []);
    const nodes = new Set(hellos.map(({ node }) => node));
    const processors = new Set(hellos.map(({ processor }) => processor));
    const sentence = `The rows were spread over ${lanes.length} compute ${lanes.length === 1 ? 'process' : 'processes'} on ${[...nodes].sort().join(', ')}.`;
    return this.note(
      processors.size > 1
        ? `${sentence} Their processors differ (${[...processors].sort().join('; ')}), and may round last digits otherwise.`
        : sentence,
    );
  }

  lost(lane: Lane, reason: string): string {
    const place = this.placeOf(lane);
    if (place) place.isLost = true;
    return this.note(`${reason.replace(/\.$/, '')}; the others computed its rows, which moves no digit.`);
  }

  private note(sentence: string): string {
    this.notes.add(sentence);
    return sentence;
  }

  private laneAt(place: Place): FarLane {
    // A command that has failed would do so again.
    if (place.lane?.isAlive || place.lane?.isStillborn) return place.lane;
    const sharing = this.places.filter(({ command }) => command === place.command).length;
    const words = [process.execPath, this.script, 'objective', `--sharing=${sharing}`];
    return (place.lane = new FarLane(place.command, lineOf(place.command, words)));
  }

  private placeOf(lane: Lane): Place | undefined {
    return this.places.find((place) => place.lane === lane);
  }
}
