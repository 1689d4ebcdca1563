import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { bundleSuite } from './harness/bundle';
import { repository, suiteEntry, workspaceTemplate } from './harness/paths';
import { quietSettings } from './harness/quiet-settings';

/** Runs the extension host's suite in the desktop VS Code, which `@vscode/test-electron` downloads once. */
export async function runInElectron(): Promise<boolean> {
  await bundleSuite();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'landscape-electron-'));
  try {
    const workspace = path.join(folder, 'workspace');
    await cp(workspaceTemplate, workspace, { recursive: true });
    const user = path.join(folder, 'user');
    await mkdir(path.join(user, 'User'), { recursive: true });
    await writeFile(path.join(user, 'User', 'settings.json'), JSON.stringify(quietSettings));
    await runTests({
      extensionDevelopmentPath: repository,
      extensionTestsPath: suiteEntry,
      launchArgs: [
        ...[workspace, '--disable-workspace-trust', '--user-data-dir', user],
        ...['--disable-telemetry', '--disable-updates', '--disable-crash-reporter', '--disable-experiments'],
      ],
      extensionTestsEnv: { LANDSCAPE_TEST_RESULTS: path.join(path.dirname(suiteEntry), 'results.json') },
    });
    return true;
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
