import assert from 'node:assert/strict';
import { Panel, workHasStopped, workIsUnderWay } from '../harness/panel';
import { commandTitle } from '../harness/paths';
import { engineProcesses, extensionHosts, sessionProcesses, until } from '../harness/processes';
import { session } from '../harness/runner';
import type { Workbench } from '../harness/workbench';

const slow = 'slow/residual-digits.keras';

async function start(editor: Workbench): Promise<Panel> {
  await editor.chooseFromMenu([slow], commandTitle('landscape.analyze'));
  return Panel.appears(editor);
}

/** The slow analysis is wanted whole, without a question before it. */
const patient = { 'landscape.budgetSeconds': 3600 };

session('interruption', patient, (test) => {
  test('cancel stops the work', async (editor) => {
    const panel = await start(editor);
    await panel.advances();
    await workIsUnderWay(editor.server.session);
    await panel.press('cancel');
    await panel.becomes('cancelled');
    await workHasStopped(editor.server.session);
  });

  test('a killed engine is reported in clear words', async (editor) => {
    const panel = await Panel.appears(editor);
    await panel.press('rerun');
    await panel.becomes('running');
    await panel.advances();
    const { engines } = await workIsUnderWay(editor.server.session);
    for (const { pid } of engines) process.kill(pid, 'SIGKILL');
    await panel.becomes('failed');
    assert.match(await panel.said(), /engine stopped/i);
    await editor.screenshot('engine-killed');
  });

  test('the next run works', async (editor) => {
    await editor.runCommand('View: Close All Editors');
    await editor.chooseFromMenu(['measured/mlp-digits.keras'], commandTitle('landscape.analyze'));
    const panel = await Panel.appears(editor);
    await panel.becomes('complete', 50_000);
    assert.ok(Math.abs((await panel.value('largest-eigenvalue')) - 2.89197) < 0.006);
  });

  test('nothing of ours reports an error', async (editor) => {
    assert.deepEqual(editor.problems.list(), []);
  });
});

session('sudden end', patient, (test) => {
  test('a killed extension host leaves no engine and no lane', async (editor) => {
    await (await start(editor)).advances();
    const { session: id } = editor.server;
    const { engines, lanes } = await workIsUnderWay(id);
    const [host, ...others] = extensionHosts(id);
    assert.ok(host !== undefined && others.length === 0);
    process.kill(host.pid, 'SIGKILL');
    const pids = new Set([...engines, ...lanes].map(({ pid }) => pid));
    await until('all of them ended', () => !sessionProcesses(id).some(({ pid }) => pids.has(pid)), 5_000);
    assert.deepEqual(engineProcesses(id), { engines: [], lanes: [] });
  });
});
