import { join } from 'node:path';
import { TaskFolder } from '../../src/cluster/task-folder';
import type { TaskList } from '../../src/contract/tasks';
import { VERSION } from '../../src/core/version';
import { KeptStore } from '../../src/settings/kept-store';
import { quickRequest } from './corpus';

/** A folder of so many tasks that nobody needs to do, written, with a way to lay a result down. */
export async function writtenTasks(shared: string, count: number) {
  const tasks = Array.from({ length: count }, (_, i) => ({
    label: `c${i}`,
    key: String(i).padStart(64, '0'),
    request: quickRequest(join(shared, `c${i}.keras`), join(shared, 'd.npz')),
  }));
  const list: TaskList = {
    version: VERSION,
    title: '',
    results: join(shared, 'results'),
    resumes: false,
    tasks,
  };
  const folder = TaskFolder.of(list);
  await folder.write(list);
  const job = { folder, indices: tasks.map((_, i) => i) };
  const store = new KeptStore(list.results);
  return { list, job, folder, lay: (index: number) => store.write(tasks[index].key, {}) };
}
