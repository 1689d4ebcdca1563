import { Misfit } from '../recipes/tensors';
import type { ModuleSetting, ModuleTree } from './tree';

/** The settings of a module, each asked for as what it must be. Every method throws a Misfit for what is something else. */
export class Settings {
  constructor(
    private readonly module: ModuleTree,
    private readonly name: string,
  ) {}

  number(setting: string, otherwise?: number): number {
    const value = this.module.settings.get(setting) ?? otherwise;
    if (typeof value === 'number') return value;
    throw this.odd(setting);
  }

  flag(setting: string, otherwise: boolean): boolean {
    const value = this.module.settings.get(setting) ?? otherwise;
    if (typeof value === 'boolean') return value;
    throw this.odd(setting);
  }

  text(setting: string, otherwise: string): string {
    const value = this.module.settings.get(setting) ?? otherwise;
    if (typeof value === 'string') return value;
    throw this.odd(setting);
  }

  /** One entry an axis; one number stands for all. */
  along(setting: string, axes: number, otherwise?: readonly number[]): readonly number[] {
    const value: ModuleSetting | undefined = this.module.settings.get(setting) ?? otherwise;
    if (typeof value === 'number') return new Array<number>(axes).fill(value);
    if (Array.isArray(value) && value.length === axes) return value as readonly number[];
    throw this.odd(setting);
  }

  get(setting: string): ModuleSetting | undefined {
    return this.module.settings.get(setting);
  }

  /** Refuses a setting that is not what it usually is. */
  only(setting: string, usual: ModuleSetting): void {
    const value = this.module.settings.get(setting) ?? usual;
    if (String(value) !== String(usual)) throw this.odd(setting);
  }

  private odd(setting: string): Misfit {
    const value = this.module.settings.get(setting);
    return new Misfit(
      `its module "${this.name}" has "${setting}": ${JSON.stringify(value ?? null)}, which is not supported`,
    );
  }
}
