import type { Context } from '../context.ts';
import type { Reading } from '../library.ts';
import type { Page } from '../output/output.ts';
import { liveLine, type Moment } from '../print/live.ts';

const tickMs = 1000;
/** A log that is read from its beginning has many changes at once. */
const calmMs = 50;

/** A line on the work as it stands, below what is printed. */
export interface LiveView {
  /** Something may have changed. */
  refresh(): void;
  /** Takes the line away and the keys back while something else is done at the terminal. */
  aside<T>(what: () => Promise<T>): Promise<T>;
  close(): void;
}

const noView: LiveView = { refresh: () => undefined, aside: (what) => what(), close: () => undefined };

/** None where lines cannot be drawn in place, or an agent reads them. `look` gives null where there is nothing to show. */
export function openLiveView(context: Context, runtime: Reading, look: () => Moment | null): LiveView {
  if (!isLive(context, runtime)) return noView;
  const { output, outside } = context;
  const linesOn = (page: Page): string[] => {
    const moment = look();
    return moment === null ? [] : [liveLine(moment, page)];
  };
  const open = () => {
    const below = output.openBelow({ stays: false });
    const draw = (): void => below.show(linesOn(output.page));
    let soon: NodeJS.Timeout | null = null;
    const refresh = (): void => {
      soon ??= setTimeout(() => {
        soon = null;
        draw();
      }, calmMs);
    };
    const undo = [
      outside.muteKeys(),
      outside.onResize(() => {
        output.refit();
        below.redraw(linesOn(output.page));
      }),
    ];
    const ticks = setInterval(draw, tickMs);
    draw();
    const close = (): void => {
      clearInterval(ticks);
      clearTimeout(soon ?? undefined);
      below.close();
      for (const one of undo) one();
    };
    return { refresh, close };
  };
  let shown: ReturnType<typeof open> | null = open();
  return {
    refresh: () => shown?.refresh(),
    async aside(what) {
      shown?.close();
      shown = null;
      const result = await what();
      shown = open();
      return result;
    },
    close() {
      shown?.close();
      shown = null;
    },
  };
}

/** Whether somebody sees lines that are drawn in place. */
export function isLive({ outside, json }: Context, runtime: Reading): boolean {
  return !json && outside.terminal().moves && !runtime.isTypedByAgent(outside.environment);
}
