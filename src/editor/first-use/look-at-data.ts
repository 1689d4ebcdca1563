import path from 'node:path';
import * as vscode from 'vscode';
import type { DataPreview } from '../../contract/engine-protocol';
import type { DataChoices } from '../../contract/settings';
import type { Engine } from '../../engine/client';

/** What was said of data that do not say it themselves; or that other data are wanted. */
export type Looked = { readonly choices: DataChoices } | 'other';

/**
 * Shows what a data file holds before anything is computed: its first rows and how often each label occurs. What the file
 * does not say is asked first. Undefined when dismissed.
 * @throws UserError when it cannot be read
 */
export async function lookAtData(
  engine: Engine,
  checkpoint: string,
  data: string,
  inputs: readonly (readonly (number | null)[])[] | undefined,
): Promise<Looked | undefined> {
  let choices: DataChoices = {};
  for (;;) {
    const what = `reading ${path.basename(data)}`;
    const found = await engine.request('preview', { data, checkpoint, choices }, { what });
    if (found.ask) {
      const more = await answerTo(found.ask, found.notes[0], data, inputs);
      if (more === undefined) return undefined;
      choices = { ...choices, ...more };
      continue;
    }
    const answer = await confirm(found, data);
    return answer === 'use' ? { choices } : answer;
  }
}

/** An answer to what the file leaves open. */
async function answerTo(
  ask: NonNullable<DataPreview['ask']>,
  sentence: string | undefined,
  data: string,
  inputs: readonly (readonly (number | null)[])[] | undefined,
): Promise<DataChoices | undefined> {
  const name = path.basename(data);
  if (ask.what === 'target') {
    const columns = 'columns' in ask ? ask.columns : [];
    const picked = await vscode.window.showQuickPick(
      columns.map((label) => ({ label })),
      { title: vscode.l10n.t('Which column of {0} is to be predicted?', name), ignoreFocusOut: true },
    );
    return picked && { target: picked.label };
  }
  if (ask.what === 'window') {
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t('How many tokens make a row of {0}?', name),
      prompt: sentence ?? '',
      ignoreFocusOut: true,
      validateInput: (value) =>
        /^[1-9]\d*$/.test(value)
          ? undefined
          : vscode.l10n.t('A whole number, as the model was trained with.'),
    });
    return text === undefined ? undefined : { window: Number(text) };
  }
  return askForSize(name, inputs?.[0]);
}

/** How pictures of different sizes are brought to the one that the network takes. */
async function askForSize(
  name: string,
  input: readonly (number | null)[] | undefined,
): Promise<DataChoices | undefined> {
  // The two that are not channels, whichever end these stand at.
  const sides = (input ?? []).filter((extent): extent is number => extent !== null && extent > 4);
  const side = sides[0] ?? 224;
  const larger = Math.round((side * 256) / 224);
  const ways: readonly (vscode.QuickPickItem & { readonly image: NonNullable<DataChoices['image']> })[] = [
    {
      label: vscode.l10n.t('Shorter side to {0}, the middle {1} × {1}', larger, side),
      description: vscode.l10n.t('as torchvision does for a test'),
      image: { resize: larger, crop: side },
    },
    {
      label: vscode.l10n.t('Stretched to {0} × {0}', side),
      image: { resize: [side, side] },
    },
    {
      label: vscode.l10n.t('Shorter side to {0}, the middle {0} × {0}', side),
      image: { resize: side, crop: side },
    },
  ];
  const picked = await vscode.window.showQuickPick([...ways], {
    title: vscode.l10n.t('The pictures in {0} have different sizes. How were they brought to one?', name),
    ignoreFocusOut: true,
  });
  return picked && { image: picked.image };
}

type Answer = 'use' | 'other';

async function confirm(found: DataPreview, data: string): Promise<Answer | undefined> {
  const line = (label: string, description?: string): vscode.QuickPickItem & { answer: Answer } => ({
    label,
    ...(description === undefined ? {} : { description }),
    answer: 'use',
  });
  const heading = (label: string) => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
    answer: 'use' as const,
  });
  const items: (vscode.QuickPickItem & { answer: Answer })[] = [
    { ...line(vscode.l10n.t('Use these data'), found.size), detail: found.labels },
    { label: vscode.l10n.t('Choose other data…'), answer: 'other' },
    heading(vscode.l10n.t('first rows')),
    ...found.rows.map(({ inputs, label }) => line(`→ ${label}`, inputs)),
    ...(found.notes.length > 0 ? [heading(vscode.l10n.t('what was inferred'))] : []),
    ...found.notes.map((note) => line(note)),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('What was read of {0} ({1})', path.basename(data), found.format),
    ignoreFocusOut: true,
  });
  return picked?.answer;
}
