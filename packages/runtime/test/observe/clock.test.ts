import { describe, expect, it } from 'vitest';
import { AttemptClock } from '../../src/observe/index.ts';
import { SampleTask, startedMs, startedWall } from './sample.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A machine whose two clocks, and an agent whose log, the test moves. */
class Scene {
  readonly sample = new SampleTask();
  wall = 0;
  monotonic = 0;
  bytes = 0;
  grownAt = 0;
  openTools = false;

  get settings() {
    return this.sample.task.settings;
  }

  pass(ms: number): this {
    this.wall += ms;
    this.monotonic += ms;
    return this;
  }

  sleep(ms: number): this {
    this.wall += ms;
    return this;
  }

  say(): this {
    this.bytes += 1;
    this.grownAt = this.wall;
    return this;
  }

  ask(question = '001'): this {
    this.sample.ask(question, this.wall, this.monotonic);
    return this;
  }

  answer(question = '001'): this {
    this.sample.answer(question, this.wall, this.monotonic);
    return this;
  }

  look(clock: AttemptClock): this {
    clock.look(this.sample.task, this.sample.attempt, {
      monotonicMs: startedMs + this.monotonic,
      wallMs: startedWall + this.wall,
      log: { bytes: this.bytes, mtimeMs: startedWall + this.grownAt },
      openTools: this.openTools,
    });
    return this;
  }

  limit(clock: AttemptClock, graceMs: number | null = null) {
    return clock.limit(this.settings, graceMs);
  }
}

describe('the clock of an attempt', () => {
  it('counts time in which nobody looked, and tells when the limit is over', () => {
    const scene = new Scene();
    const clock = new AttemptClock();
    scene
      .look(clock)
      .pass(9 * minute)
      .say()
      .look(clock);
    expect(scene.limit(clock)).toBe('working');
    expect(clock.untilNextLimit(scene.settings, null)).toBe(minute);
    scene.pass(minute).say().look(clock);
    expect(scene.limit(clock)).toBe('timeout');
  });

  it('does not count the sleep of the machine, whether one clock looks or the next', () => {
    const scene = new Scene();
    const clock = new AttemptClock();
    scene
      .look(clock)
      .pass(minute)
      .say()
      .look(clock)
      .sleep(8 * hour)
      .pass(minute)
      .look(clock);
    const second = new AttemptClock();
    scene.look(second);
    for (const one of [clock, second]) {
      expect(one.activeMs).toBe(2 * minute);
      expect(one.idleMs).toBe(minute);
      expect(scene.limit(one)).toBe('working');
    }
  });

  it('stalls without a new byte, and not before', () => {
    const scene = new Scene();
    const clock = new AttemptClock();
    scene.look(clock).pass(299_000).look(clock);
    expect(scene.limit(clock)).toBe('working');
    scene.pass(1000).look(clock);
    expect(scene.limit(clock)).toBe('stalled');
    expect(clock.limit({ ...scene.settings, stall_timeout_seconds: null }, null)).toBe('working');
    scene.say().look(clock);
    expect(scene.limit(clock)).toBe('working');
  });

  it('sees no stall while a tool is open', () => {
    const scene = new Scene();
    const clock = new AttemptClock();
    scene.openTools = true;
    scene
      .look(clock)
      .pass(9 * minute)
      .look(clock);
    expect(scene.limit(clock)).toBe('working');
    scene.openTools = false;
    scene.pass(4 * minute).look(clock);
    expect(clock.idleMs).toBe(4 * minute);
  });

  it('stands still while a question is pending and the log does not grow', () => {
    const scene = new Scene();
    const clock = new AttemptClock();
    scene
      .look(clock)
      .pass(4 * minute)
      .look(clock)
      .ask()
      .look(clock);
    scene.pass(5 * hour).look(clock);
    expect([clock.activeMs, clock.idleMs]).toEqual([4 * minute, 4 * minute]);
    expect(scene.limit(clock)).toBe('working');
    scene.answer().look(clock).pass(30_000).look(clock);
    expect([clock.activeMs, clock.idleMs]).toEqual([4.5 * minute, 4.5 * minute]);
  });

  it('goes on while a question is pending and the log grows', () => {
    const scene = new Scene();
    const clock = new AttemptClock();
    scene.look(clock).ask().look(clock);
    for (let step = 0; step < 10; step += 1) scene.pass(minute).say().look(clock);
    expect(scene.limit(clock)).toBe('timeout');
  });

  it('lets an agent that said its last linger for its grace after the last line only', () => {
    const scene = new Scene();
    const clock = new AttemptClock();
    scene.look(clock).pass(4000).say().look(clock).pass(4999).look(clock);
    expect(scene.limit(clock, 5000)).toBe('working');
    expect(clock.untilNextLimit(scene.settings, 5000)).toBe(1);
    scene.pass(1).look(clock);
    expect(scene.limit(clock, 5000)).toBe('lingering');
    expect(scene.limit(clock, null)).toBe('working');
  });

  it('has no limits where none is set', () => {
    const scene = new Scene();
    const clock = new AttemptClock();
    const none = { ...scene.settings, timeout_seconds: null, stall_timeout_seconds: null };
    scene
      .look(clock)
      .pass(1000 * hour)
      .look(clock);
    expect(clock.limit(none, null)).toBe('working');
    expect(clock.untilNextLimit(none, null)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a second clock that adopts the attempt', () => {
  const stories: Record<string, (scene: Scene) => void> = {
    'in the midst of work': (scene) =>
      scene
        .pass(3 * minute)
        .say()
        .pass(2 * minute),
    'while a question is pending': (scene) =>
      scene
        .pass(3 * minute)
        .say()
        .ask()
        .pass(7 * hour),
    'after an answer that took long': (scene) =>
      scene
        .pass(4 * minute)
        .ask()
        .pass(7 * hour)
        .answer()
        .pass(minute / 2),
    'after two questions at once': (scene) =>
      scene
        .pass(minute)
        .say()
        .ask('001')
        .pass(minute)
        .ask('002')
        .pass(hour)
        .answer('001')
        .pass(hour)
        .answer('002')
        .pass(minute),
    'after sleep and a question': (scene) =>
      scene
        .pass(2 * minute)
        .say()
        .sleep(5 * hour)
        .pass(minute)
        .ask()
        .pass(hour)
        .answer()
        .pass(minute),
  };

  it.each(Object.keys(stories))('counts the same %s', (name) => {
    const scene = new Scene();
    const first = new AttemptClock();
    scene.look(first);
    const moves = ['pass', 'say', 'ask', 'answer', 'sleep'] as const;
    const looking = new Proxy(scene, {
      get(target, key) {
        const value = Reflect.get(target, key) as unknown;
        if (!moves.includes(key as never) || typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          value.apply(target, given);
          target.look(first);
          return looking;
        };
      },
    });
    stories[name]!(looking);
    const second = new AttemptClock();
    scene.look(second);
    expect(Math.abs(second.activeMs - first.activeMs)).toBeLessThanOrEqual(1000);
    expect(Math.abs(second.idleMs - first.idleMs)).toBeLessThanOrEqual(1000);
    expect(scene.limit(second)).toBe(scene.limit(first));
    expect(scene.limit(second)).toBe('working');
  });
});
