export { runLauncherHere, startLauncher, type LauncherOrder, type LaunchRequest } from './launcher.ts';
export { closeAttemptFiles, openAttemptFiles, requireRealPath, type AttemptFiles } from './files.ts';
export { withPrivateCopy } from './private-prompt.ts';
