/**
 * What each command prints on stdout with `--json`: `{"ok": true, "data": …}`, or `{"ok": false, "error": …}`, as one
 * document. `docs/schemas/commands.schema.json` is made from these types, and every document that a test of this
 * repository has printed is held against it.
 */
import type {
  Asked,
  BackendReport,
  Bootstrapped,
  Cancelled,
  Conformance,
  Diagnosis,
  Installed,
  Integrated,
  IntegrationText,
  Notification,
  PlacedEvent,
  Pruned,
  Readiness,
  StartedTask,
  StartPlan,
  SuperviseStatus,
  TaskResult,
  TaskView,
  Trusted,
  Uninstalled,
} from '@dispatch/runtime';
import type {
  AcknowledgedTasks,
  AnsweredQuestion,
  AskingTask,
  ChangedTask,
  FollowedEvents,
  FollowedLog,
  FollowedTask,
  GoneTask,
  InspectedTask,
  ListedTask,
  ShownEvent,
  TaskLog,
  TaskStarted,
  WaitedTasks,
  WatchedList,
  WatchedTasks,
} from './tasks.ts';
import type {
  AddedAgent,
  AddedAlias,
  AddedBackend,
  AddedModel,
  ShownSettings,
  TrustTakenBack,
  ValidConfig,
} from './configuration.ts';
import type {
  ExportedFile,
  HelpOnAll,
  HelpOnCommand,
  MadeStore,
  PlanTemplate,
  ProgramVersion,
  PromptText,
  ServedToHosts,
  SupervisedStores,
  TaskFolder,
  UnitText,
  VersionNumber,
  WrittenTemplate,
} from './care.ts';

/** `data`, by command. */
export interface CommandData {
  run: StartedTask | FollowedTask;
  resume: StartedTask | FollowedTask;
  fork: StartedTask | FollowedTask;
  adopt: StartedTask;
  start: StartedTask & Omit<StartPlan, 'launch'>;
  answer: AnsweredQuestion;
  cancel: Cancelled;
  wait: WaitedTasks;
  watch: WatchedTasks;
  ack: AcknowledgedTasks;
  ask: Asked;
  list: ListedTask[] | WatchedList;
  inspect: InspectedTask;
  status: TaskView;
  logs: TaskLog | FollowedLog;
  events: ShownEvent[] | FollowedEvents;
  result: TaskResult;
  questions: AskingTask[];
  ready: Readiness;
  mcp: ServedToHosts;
  backends: { backends: BackendReport[] };
  'config show': ShownSettings;
  'config path': { config_path: string; root_config_path: string };
  'config validate': ValidConfig;
  'config bootstrap': Bootstrapped;
  'config set-default': { default: string; config_path: string };
  'config add-backend': AddedBackend;
  'config remove-backend': { backend: string; removed: true; config_path: string };
  'config add-model': AddedModel;
  'config remove-model': { model: string; removed: true; config_path: string };
  'config add-alias': AddedAlias;
  'config remove-alias': { alias: string; removed: true; config_path: string };
  'config add-agent': AddedAgent;
  'config remove-agent': { agent: string; removed: true; config_path: string };
  trust: Trusted | TrustTakenBack;
  template: PlanTemplate | WrittenTemplate;
  prompt: PromptText;
  integrate: Integrated | IntegrationText;
  init: MadeStore;
  prune: Pruned;
  open: TaskFolder;
  export: ExportedFile;
  doctor: Diagnosis | Conformance;
  supervise: Installed | Uninstalled | SuperviseStatus | UnitText | SupervisedStores;
  completion: { shell: string; script: string };
  version: ProgramVersion | VersionNumber;
  help: HelpOnAll | HelpOnCommand;
}

/** What a command that follows prints before that, one value a line. */
export interface CommandLines {
  run: TaskStarted | PlacedEvent;
  resume: TaskStarted | PlacedEvent;
  fork: TaskStarted | PlacedEvent;
  list: ChangedTask | GoneTask;
  watch: Notification;
  logs: PlacedEvent;
  events: ShownEvent;
}
