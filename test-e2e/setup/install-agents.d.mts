/** Makes the real codex and claude available; returns the absolute paths of their programs. */
export function installAgents(): Promise<{ codex: string; claude: string }>;
/** Makes Node 24 available; returns the absolute path of its program. */
export function installNode24(): Promise<{ node: string }>;
