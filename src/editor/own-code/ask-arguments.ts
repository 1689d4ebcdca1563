import * as vscode from 'vscode';
import { argumentsFrom } from '../../python/networks';
import type { Parameter } from '../../python/scan';

/** A class or function that is called. */
interface CalledCode {
  readonly name: string;
  readonly parameters: readonly Parameter[];
}

/** A class or function, and what it is to be called with; without that the script takes what the checkpoint says. */
export interface ChosenCode<Code> {
  readonly code: Code;
  readonly args: unknown;
}

/** What a single parameter that takes all settings is called. */
const WHOLE = /^(config|cfg|conf|hparams|args|opt|params|options)$/;

/**
 * The arguments of a class or function: those that the checkpoint says, asked for where it leaves some out that are
 * needed. Undefined when dismissed.
 */
export async function argumentsOf<Code extends CalledCode>(
  code: Code,
  said: Readonly<Record<string, unknown>>,
): Promise<ChosenCode<Code> | undefined> {
  const known = argumentsFrom(code.parameters, said);
  const required = code.parameters.filter((each) => each.required).map(({ name }) => name);
  const missing = required.filter((name) => !Object.hasOwn(said, name));
  if (missing.length === 0) return { code, args: known };
  if (required.length === 1 && WHOLE.test(required[0]) && Object.keys(said).length > 0)
    return { code, args: undefined };
  const value = JSON.stringify({ ...Object.fromEntries(missing.map((name) => [name, null])), ...known });
  const given = await vscode.window.showInputBox({
    title: vscode.l10n.t('What was {0} made with?', code.name),
    prompt: vscode.l10n.t(
      'The arguments that it was trained with, as JSON. Needed: {0}.',
      required.join(', '),
    ),
    value,
    ignoreFocusOut: true,
    validateInput: (text) =>
      objectOf(text) === undefined ? vscode.l10n.t('Give a JSON object, such as {"width": 4}.') : undefined,
  });
  const args = given === undefined ? undefined : objectOf(given);
  return args && { code, args };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
