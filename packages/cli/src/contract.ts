/**
 * What each command prints on stdout with `--json`: `{"ok": true, "data": …}`, or `{"ok": false, "error": …}`, as one
 * document. `docs/schemas/commands.schema.json` is made from these types, and every document that a test of this
 * repository has printed is held against it.
 */
import type {
  Answered,
  Asked,
  BackendReport,
  Bootstrapped,
  Cancelled,
  Conformance,
  Diagnosis,
  Inspected,
  Installed,
  LookedAfter,
  PlacedEvent,
  Pruned,
  QuestionsOfTask,
  RawLog,
  Readiness,
  ShownConfig,
  StartedTask,
  StartPlan,
  SuperviseStatus,
  TaskResult,
  TaskRow,
  TaskView,
  Trusted,
  Uninstalled,
} from '@dispatch/runtime';

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
  ask: Asked;
  list: ListedTask[] | WatchedList;
  inspect: InspectedTask;
  status: TaskView;
  logs: TaskLog | FollowedLog;
  events: ShownEvent[] | FollowedEvents;
  result: TaskResult;
  questions: AskingTask[];
  ready: Readiness;
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
  trust: Trusted | TrustTakenBack;
  template: PlanTemplate | WrittenTemplate;
  prompt: PromptText;
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
  logs: PlacedEvent;
  events: ShownEvent;
}

/** The first line of a command that starts work and follows it. */
export interface TaskStarted extends Pick<StartedTask, 'task_id' | 'created' | 'status' | 'notices' | 'why'> {
  type: 'task_started';
}

/** The last line of one. */
export interface FollowedTask {
  task_id: string;
  status: TaskView['status'];
  reason: TaskView['reason'];
  /** By Ctrl-C: the task goes on. */
  detached: boolean;
  task: TaskView;
}

export interface AnsweredQuestion extends Answered {
  status: TaskView['status'];
  /** Whether a new attempt was started for it. */
  resumed: boolean;
}

export interface WaitedTasks {
  tasks: TaskView[];
  timed_out: boolean;
  /** By Ctrl-C. */
  interrupted: boolean;
  /** Where one task was waited for, it stands here, too. */
  task_id?: string;
  status?: TaskView['status'];
  task?: TaskView;
}

export interface ListedTask extends TaskRow {
  /** Its store; with `--everywhere`. */
  root?: string;
}

/** A line of `list --watch`: a task as it is from now on. */
export interface ChangedTask extends ListedTask {
  type: 'task';
}

/** A line of `list --watch`: a task that is no part of the list any more. */
export interface GoneTask {
  type: 'gone';
  task_id: string;
  root?: string;
}

/** The last line of `list --watch`. */
export interface WatchedList {
  /** By Ctrl-C. */
  interrupted: boolean;
}

export interface AskingTask extends QuestionsOfTask {
  /** Its store; with `--everywhere`. */
  root?: string;
  /** With `--everywhere`: why a store cannot be read; such an entry has no task. */
  damage?: string | null;
}

export interface InspectedTask extends Omit<Inspected, 'recent_events'> {
  task_id: string;
  pending_question_count: number;
  /** The newest, oldest first. */
  recent_events: ShownEvent[];
}

/** A line of the journal; what is in `data` is told by `kind`: `docs/schemas/event.schema.json`. */
export interface ShownEvent {
  sequence: number;
  timestamp: string;
  kind: string;
  message: string;
  nonce: string;
  /** Of a kind that changes the status: the oldest version of the fold that understands it. */
  fold_version?: number;
  data: Record<string, unknown>;
  /** What `events --after` goes on from. */
  position: string;
}

/** The last line of `events --follow`. */
export interface FollowedEvents {
  task_id: string;
  position: string | null;
}

export interface TaskLog extends RawLog {
  task_id: string;
  transcript: PlacedEvent[];
  /** Of the last of them; null where there is none. */
  position: string | null;
}

/** The last line of `logs --follow`. */
export interface FollowedLog extends RawLog {
  task_id: string;
  position: string | null;
}

export interface ShownSettings extends Omit<ShownConfig, 'origins'> {
  /** With `--origin`: by key the file or variable that says it, or `built in`. */
  origins?: Record<string, string>;
}

export interface ValidConfig {
  valid: true;
  /** The files that were looked at. */
  checked: string[];
}

export interface AddedBackend {
  backend: string;
  executable: string;
  args: string[];
  type: string | null;
  config_path: string;
}

export interface AddedModel {
  model: string;
  backend: string;
  /** As the agent calls it; null: as it is named here. */
  scoped_model: string | null;
  config_path: string;
}

export interface AddedAlias {
  alias: string;
  model: string;
  prompt: string | null;
  config_path: string;
}

export interface TrustTakenBack {
  path: string;
  revoked: boolean;
}

export interface PlanTemplate {
  kind: string;
  body: string;
}

export interface WrittenTemplate {
  kind: string;
  output_path: string;
  written: true;
}

export interface PromptText {
  whose: string;
  body: string;
}

export interface MadeStore {
  root: string;
  created: boolean;
  bootstrapped_config: boolean;
  /** With `--bootstrap-config`. */
  config_path?: string;
  /** With `--bootstrap-config`, where it made one. */
  default_target?: string;
}

export interface TaskFolder {
  path: string;
  opened: boolean;
}

export interface ExportedFile {
  output_path: string;
  bytes: number;
  /** Names of what is in it. */
  parts: string[];
  /** How many secrets were taken out. */
  removed: number;
}

/** What became of each store with `supervise --everywhere`. */
export interface SupervisedStores {
  stores: LookedAfter[];
}

/** What `supervise --install` would write. */
export interface UnitText {
  path: string;
  text: string;
}

/** Of `--version`. */
export interface VersionNumber {
  version: string;
}

export interface ProgramVersion {
  version: string;
  node_version: string;
  platform: string;
  arch: string;
  /** Absolute path of node. */
  node: string;
  /** Absolute path of dispatch. */
  program: string;
}

export interface HelpOnAll {
  commands: { command: string; form: string; category: string; description: string }[];
}

export interface HelpOnCommand {
  command: string;
  form: string;
  description: string;
  details: string;
  options: HelpOnOption[];
  /** What it is for, and the command. */
  examples: [string, string][];
}

export interface HelpOnOption {
  names: string[];
  takes_value: boolean;
  description: string;
}
