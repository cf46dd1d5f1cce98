// What callers of the library write that docs/library.md does not show; compiled where the package is installed.

/** What a caller may not do: an error that is missing is one, too. */
export const wrongCalls = `import { createTask, here, listTasks, type Task } from '@dispatch/cli';
const [row] = await listTasks(here(), { limit: 3 });
export const status: Task['status'] = row!.status;
// @ts-expect-error -- a limit is a number or null
await listTasks(here(), { limit: 'all' });
// @ts-expect-error -- no such status
export const other: Task['status'] = 'dispatched';
// @ts-expect-error -- there is nothing to do
await createTask(here(), { title: 'Nothing' });
`;

/** What the docs do not show, to be read as JSON. */
export const otherCalls = `import * as dispatch from '@dispatch/cli';
const { here, waitForTasks } = dispatch;
const at = here();
async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'nothing was thrown',
    (error: unknown) => (error instanceof dispatch.DispatchError ? error.code : String(error)),
  );

const { created } = await dispatch.initStore(at);
const { task_id: id } = await dispatch.createTask(at, { prompt: 'Take this.', title: 'One', settings: { verify: 'true' } });
await waitForTasks(at, [id]);
const seen = await dispatch.inspectTask(at, id.slice(-6), { eventLimit: 2 });
const again = await dispatch.createTask(at, await dispatch.requestLike(at, id));
await waitForTasks(at, [id, again.task_id]);
const resumed = await dispatch.resumeTask(at, id, { message: 'Once more.' });
const resumedTo = await waitForTasks(at, [id], { any: true, timeoutMs: 30_000 });
const { task_id: long } = await dispatch.createTask(at, { prompt: 'Wait.' });
const soon = () => AbortSignal.timeout(300);
const lists = await all(dispatch.watchList(at, { active: true, signal: soon() }));

console.log(
  JSON.stringify({
    created,
    ready: (await dispatch.readiness(at)).ready,
    backends: (await dispatch.reportBackends(at)).some(({ name }) => name === 'mine'),
    paths: (await dispatch.configPaths(at)).config_path === (await dispatch.showConfig(at)).config_path,
    valid: (await dispatch.validateConfig(at)).checked.length,
    recent: seen.recent_events.length,
    after: (await dispatch.readEvents(at, id, { after: seen.position })).events[0]!.sequence - parseInt(seen.position),
    again: again.task.title,
    resumed: [resumed.status, resumedTo.tasks[0]?.status, resumedTo.timed_out],
    log: (await all(dispatch.readTranscript(at, id))).length > 0,
    followed: (await all(dispatch.watchTranscript(at, id, { attempt: 0 }))).length > 0,
    raw: (await dispatch.rawLog(at, id, { attempt: 0 })).attempt,
    waited: (await waitForTasks(at, [long], { signal: soon() })).timed_out,
    events: (await all(dispatch.watchEvents(at, long, { signal: soon() }))).some((event) =>
      dispatch.isEventOf(event, 'attempt_started'),
    ),
    lists: lists.at(-1)?.map(({ task_id }) => task_id === long),
    everywhere: (await dispatch.everywhere(at, (store) => dispatch.listTasks(store))).map(({ found }) => found?.length),
    cancelled: (await dispatch.cancelTask(at, long)).confirmed,
    status: (await dispatch.readTask(at, long)).status,
    folder: (await dispatch.taskFolder(at, id)).endsWith(id),
    exported: (await dispatch.exportTask(at, id)).text.includes('Once more.'),
    conforms: (await dispatch.examineStore(at)).conforms,
    repaired: (await dispatch.diagnoseStore(at)).findings.filter(({ repaired }) => repaired),
    store: (await dispatch.superviseStatus(at)).store?.root === at.cwd + '/.dispatch',
    pruned: (await dispatch.pruneTasks(at, { olderThanMs: 0, dryRun: true })).tasks.length,
    thrown: await Promise.all(
      [
        dispatch.cancelTask(at, id),
        dispatch.planStart(at, id),
        dispatch.forkTask(at, id, { prompt: 'Another.' }),
        dispatch.adoptSession(at, { backend: 'mine', session: 'x' }),
        dispatch.enterTask(at, id),
        dispatch.answerQuestion(at, id, { message: 'Yes.' }),
        dispatch.askUser(at, { question: 'Which?' }),
        dispatch.bootstrapConfig(at),
        dispatch.changeConfig(at, { kind: 'set_default', name: 'nobody' }),
        dispatch.trustConfig(at),
        dispatch.distrustConfig(at),
      ].map(codeOf),
    ),
    told: (await all(dispatch.watchTasks(at, { cursor: 'mine', ids: [id, long], signal: soon() }))).map(({ type }) => type),
    acknowledged: (await dispatch.acknowledge(at, [long], { cursor: 'mine' })).notifications.length,
    left: (await dispatch.listTasks(at, { unacknowledged: { cursor: 'mine' } })).map(({ task_id }) => task_id === long),
    version: dispatch.version,
  }),
);
`;
