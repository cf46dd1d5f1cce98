export { readWorkspace, type DirtyPath, type PathChange, type WorkspaceState } from './state.ts';
export { changedFiles, type ChangedFiles, type ChangedPath } from './changed-files.ts';
export { commitPaths } from './commit-paths.ts';
