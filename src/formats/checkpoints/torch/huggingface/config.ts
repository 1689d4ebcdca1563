import { UserError } from '../../../../core/errors';

/** A Hugging Face `config.json`, read a setting at a time; every sentence about it names the file. */
export class Config {
  constructor(
    private readonly settings: Readonly<Record<string, unknown>>,
    readonly path: string,
  ) {}

  get modelType(): string {
    return this.text('model_type', '');
  }

  /** The class that saved the weights, `BertForMaskedLM`. */
  get architecture(): string {
    const list = this.settings.architectures;
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    return typeof first === 'string' ? first : '';
  }

  has(name: string): boolean {
    return this.settings[name] !== undefined && this.settings[name] !== null;
  }

  number(name: string, otherwise?: number): number {
    const value = this.settings[name] ?? otherwise;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new UserError(`${this.path} does not say "${name}", which the network needs.`);
  }

  /** A number that is not zero and whole, such as a count of heads. */
  count(name: string, otherwise?: number): number {
    const value = this.number(name, otherwise);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new UserError(`"${name}" in ${this.path} is ${value}, which is no count.`);
  }

  text(name: string, otherwise: string): string {
    const value = this.settings[name] ?? otherwise;
    return typeof value === 'string' ? value : otherwise;
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.settings[name];
    return typeof value === 'boolean' ? value : otherwise;
  }

  texts(name: string): readonly string[] {
    const value = this.settings[name];
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  }

  /** Settings inside a setting; empty where there are none. */
  inner(name: string): Config {
    const value = this.settings[name];
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return new Config(isObject ? (value as Record<string, unknown>) : {}, this.path);
  }

  /** Refuses a setting that is not what it must be. */
  refuse(name: string, what: string): never {
    throw new UserError(`${this.path} says "${name}": ${JSON.stringify(this.settings[name])}, ${what}.`);
  }
}
