export { recordWorkspaceAfter, recordWorkspaceBefore } from './record.ts';
export { readWorkspace, type DirtyPath, type PathChange, type WorkspaceState } from './state.ts';
export { changedFiles, type ChangedFiles, type ChangedPath } from './changed-files.ts';
export { diffSince, type WorkspaceDiff } from './diff-since.ts';
export { commitPaths } from './commit-paths.ts';
