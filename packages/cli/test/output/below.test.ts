import { expect, test } from 'vitest';
import { frame } from '../../src/output/below.ts';
import { Output } from '../../src/output/output.ts';
import { fakeOutside, type FakeOutside } from '../outside.ts';

function written(outside: FakeOutside): string {
  const { stdout } = outside;
  outside.stdout = '';
  return stdout;
}

test('lines are written over those that stand there, and the cursor rests at their beginning', () => {
  expect(frame(['one'])).toBe('\r\x1b[Jone\r');
  expect(frame(['one', 'two', 'three'])).toBe('\r\x1b[2Kone\r\n\x1b[2Ktwo\r\n\x1b[Jthree\r\x1b[2A');
  expect(frame([])).toBe('\r\x1b[J');
});

test('what is said meanwhile stands above; the same again is not drawn', () => {
  const outside = fakeOutside({ terminal: { interactive: true, moves: true, width: 80, height: 24 } });
  const output = new Output(outside, false);
  const below = output.openBelow({ stays: false });
  below.show(['now']);
  expect(written(outside)).toBe(`\x1b[?25l${frame(['now'])}`);
  below.show(['now']);
  expect(written(outside)).toBe('');
  output.text(() => ['said']);
  expect(written(outside)).toBe(`\r\x1b[Jsaid\n${frame(['now'])}`);
  below.close();
  expect(written(outside)).toBe('\r\x1b[J\x1b[?25h');
  below.show(['later']);
  output.text(() => ['said again']);
  expect(written(outside)).toBe('said again\n');
});

test('what stays is left there as text, and whatever ends the program gives the cursor back', () => {
  const outside = fakeOutside();
  let leave = (): void => undefined;
  let back = (): void => undefined;
  outside.onLeave = (one, other) => {
    leave = one;
    back = other;
    return () => undefined;
  };
  const below = new Output(outside, false).openBelow({ stays: true });
  leave();
  expect(written(outside)).toBe('');
  below.show(['a', 'b']);
  written(outside);
  leave();
  expect(written(outside)).toBe('\r\x1b[Ja\r\nb\r\n\x1b[?25h');
  back();
  expect(written(outside)).toBe(`\x1b[?25l${frame(['a', 'b'])}`);
  below.close();
  expect(written(outside)).toBe('\r\x1b[Ja\r\nb\r\n\x1b[?25h');
  below.close();
  expect(written(outside)).toBe('');
});
