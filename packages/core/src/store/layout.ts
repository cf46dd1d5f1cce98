import { join } from 'node:path';

/** Where everything of a store stands. */
export interface StoreLayout {
  root: string;
  format_file: string;
  gitignore: string;
  keys: string;
  index: string;
  active: string;
  boot_id: string;
  supervisor: string;
  lease: string;
  supervisor_log: string;
  cursors: string;
  tasks: string;
  /** What the repository, or whoever works in it, has written about tasks here. */
  config_file: string;
}

export function layoutOf(root: string): StoreLayout {
  const index = join(root, 'index');
  const supervisor = join(root, 'supervisor');
  return {
    root,
    format_file: join(root, 'format.json'),
    gitignore: join(root, '.gitignore'),
    keys: join(root, 'keys'),
    index,
    active: join(index, 'active'),
    boot_id: join(index, 'boot_id'),
    supervisor,
    lease: join(supervisor, 'lease'),
    supervisor_log: join(supervisor, 'supervisor.log'),
    cursors: join(root, 'cursors'),
    tasks: join(root, 'tasks'),
    config_file: join(root, 'config.yaml'),
  };
}

/** Where dispatch keeps what is the user's and no workspace's. */
export interface HomeLayout {
  home: string;
  config_file: string;
  /** What `config.yaml` said when it was last read. */
  config_cache: string;
  /** The root configs that the user has accepted. */
  trusted: string;
  roots: string;
  runtime: string;
  grants: string;
  held: string;
  sessions: string;
  /** Rows of lists as they were last read, a file a store. */
  rows: string;
}

export function homeLayoutOf(home: string): HomeLayout {
  const runtime = join(home, 'runtime');
  return {
    home,
    config_file: join(home, 'config.yaml'),
    config_cache: join(runtime, 'config.json'),
    trusted: join(home, 'trusted'),
    roots: join(home, 'roots'),
    runtime,
    grants: join(runtime, 'grants'),
    held: join(runtime, 'held'),
    sessions: join(runtime, 'sessions'),
    rows: join(runtime, 'rows'),
  };
}
