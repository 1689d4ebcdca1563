import path from 'node:path';
import * as vscode from 'vscode';
import { type RankedNetwork, argumentsFrom } from '../../python/networks';

/** A class or function, and what it is to be called with; without that the script takes what the checkpoint says. */
export interface ChosenNetwork {
  readonly network: RankedNetwork;
  readonly args: unknown;
}

/** Asks which class or function makes the network of these weights. Undefined when dismissed. */
export async function pickNetwork(
  networks: readonly RankedNetwork[],
  checkpoint: string,
): Promise<RankedNetwork | undefined> {
  const items = networks.map((network) => ({
    label: network.name,
    description: vscode.workspace.asRelativePath(network.file),
    ...(network.share > 0
      ? {
          detail: vscode.l10n.t(
            'has a place for {0} % of the parts of its names',
            Math.round(100 * network.share),
          ),
        }
      : {}),
    iconPath: new vscode.ThemeIcon(network.kind === 'class' ? 'symbol-class' : 'symbol-function'),
    network,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which network do the weights in {0} belong to?', path.basename(checkpoint)),
    placeHolder: vscode.l10n.t('Classes and functions of your code, read as text. Nothing is run yet.'),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked?.network;
}

/** What a single parameter that takes all settings is called. */
const WHOLE = /^(config|cfg|conf|hparams|args|opt|params|options)$/;

/**
 * The arguments of a class or function: those that the checkpoint says, asked for where it leaves some out that are
 * needed. Undefined when dismissed.
 */
export async function argumentsOf(
  network: RankedNetwork,
  said: Readonly<Record<string, unknown>>,
): Promise<ChosenNetwork | undefined> {
  const known = argumentsFrom(network.parameters, said);
  const required = network.parameters.filter((each) => each.required).map(({ name }) => name);
  const missing = required.filter((name) => !Object.hasOwn(said, name));
  if (missing.length === 0) return { network, args: known };
  if (required.length === 1 && WHOLE.test(required[0]) && Object.keys(said).length > 0)
    return { network, args: undefined };
  const value = JSON.stringify({ ...Object.fromEntries(missing.map((name) => [name, null])), ...known });
  const given = await vscode.window.showInputBox({
    title: vscode.l10n.t('What was {0} made with?', network.name),
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
  return args && { network, args };
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
