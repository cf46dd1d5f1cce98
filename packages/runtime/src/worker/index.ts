export { finish, itemStates, reportProgress, setPlanItem, type ItemState } from './acts.ts';
export { workersTaskDir } from './place.ts';
export { workerToolsFor, type WorkerTool } from './tools.ts';
