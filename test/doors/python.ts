import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Interface, createInterface } from 'node:readline';

/** An architecture that Python can build, and how it can be saved. */
export interface Entry {
  readonly name: string;
  readonly doors: readonly Door[];
  /** Of more than 100 million parameters, and not the only one of its family. */
  readonly large: boolean;
}

/** A way in: weights alone, a folder of transformers, an exported program, an ONNX graph. */
export type Door = 'pth' | 'folder' | 'pt2' | 'onnx';

/** What Python wrote of an architecture, beside rows.bin and output.bin. */
export interface Written {
  readonly files: Readonly<Partial<Record<Door, string | { readonly refusal: string }>>>;
  /** Of all rows. */
  readonly shape: readonly number[];
  /** Whether rows are float32; else int32. */
  readonly floats: boolean;
  readonly output: readonly number[];
  readonly parameters: number;
}

/** What Python says first. */
export interface Catalogue {
  readonly torch: string;
  readonly torchvision: string;
  readonly entries: readonly Entry[];
}

/** architectures.py at work: one line in, one line out. */
export class Architectures {
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;

  private constructor(private readonly child: ChildProcess) {
    this.reader = createInterface({ input: child.stdout! });
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /** Starts it, to write into a folder. Throws where the interpreter lacks what it needs. */
  static async start(interpreter: string, folder: string): Promise<[Architectures, Catalogue]> {
    const child = spawn(interpreter, [join(__dirname, 'architectures.py'), folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const found = new Architectures(child);
    return [found, (await found.next()) as Catalogue];
  }

  /** Builds and writes an architecture. */
  async write(entry: Entry): Promise<Written> {
    this.child.stdin!.write(`${JSON.stringify(entry)}\n`);
    return (await this.next()) as Written;
  }

  end(): void {
    this.child.stdin!.end();
  }

  private async next(): Promise<unknown> {
    const next = await this.lines.next();
    if (next.done) throw new Error('architectures.py ended without an answer.');
    return JSON.parse(next.value);
  }
}
