import { expect, test } from '@jest/globals';
import { memoryMarks } from '../../lib/store/marks.js';
import { stopClock } from '../builders/stopped-clock.js';
import { describeMarks } from '../contracts/marks.js';

describeMarks('memory', async (count) => Array(count).fill(memoryMarks()));

test('L4: memory keeps the 100,000 newest, and none that has ended', async () => {
  const clock = stopClock();
  const marks = memoryMarks();
  await marks.claim('short', 1_000);
  for (let index = 0; index < 100_000; index += 1) await marks.claim(`mark ${index}`, 60_000);
  expect(await marks.claim('mark 0', 60_000)).toBe(false);
  expect(await marks.claim('one more', 60_000)).toBe(true);
  expect(await marks.claim('mark 0', 60_000)).toBe(true);
  expect(await marks.claim('mark 2', 60_000)).toBe(false);
  clock.pass(60_001);
  expect(await marks.claim('mark 2', 60_000)).toBe(true);
});
