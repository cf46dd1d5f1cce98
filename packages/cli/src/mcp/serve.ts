import type { Server } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport, type StdioServerHandle } from '@modelcontextprotocol/server/stdio';

const ending = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Serves one client over stdin and stdout, on which nothing else may be written meanwhile. Resolves when the client has
 * gone (stdin has ended, nobody reads stdout, a message is longer than 10 MB) or the process is told to end; the calls
 * that are under way are aborted by then. `serverOf` is asked once a connection, and once more where the client asks
 * what there is before it opens one.
 */
export async function serve(serverOf: () => Server): Promise<void> {
  let handle: StdioServerHandle | undefined;
  await new Promise<void>((leave) => {
    for (const signal of ending) process.on(signal, () => leave());
    handle = serveStdio(serverOf, { transport: new LeavingTransport(leave) });
  });
  await handle?.close();
}

/** Tells when it closes, whoever closes it. */
class LeavingTransport extends StdioServerTransport {
  readonly #leave: () => void;

  constructor(leave: () => void) {
    super();
    this.#leave = leave;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#leave();
  }
}
