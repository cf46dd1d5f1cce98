/** Makes the real codex, claude and pi 0.73.1 available; returns the absolute paths of their programs. */
export function installAgents(): Promise<{ codex: string; claude: string; pi: string }>;
/** Makes Node 24 available; returns the absolute path of its program. */
export function installNode24(): Promise<{ node: string }>;
/** Makes pi 0.87.1 and the Node 24 that it needs available; returns the absolute paths of both programs. */
export function installPi087(): Promise<{ pi: string; node: string }>;
/** Makes claude 2.1.250 available; returns the absolute path of its program. */
export function installClaude21250(): Promise<{ claude: string }>;
/** Makes acpx available, for the bench; returns the absolute path of its program, which needs Node 22.13. */
export function installAcpx(): Promise<{ acpx: string }>;
