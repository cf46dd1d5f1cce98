export { finish, itemStates, reportProgress, setPlanItem, type ItemState } from './acts.ts';
export { workersTaskDir } from './place.ts';
