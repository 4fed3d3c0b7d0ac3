import { expect, test } from '@jest/globals';
import { momentOf } from '../../example-app/moments.js';

const now = Date.parse('2026-05-04T12:00:00Z');

test.each([
  { seconds: 0, text: 'just now' },
  { seconds: -9, text: 'just now' },
  { seconds: -10, text: '10 seconds ago' },
  { seconds: -119, text: '119 seconds ago' },
  { seconds: -120, text: '2 minutes ago' },
  { seconds: -7_199, text: '119 minutes ago' },
  { seconds: -7_200, text: '2 hours ago' },
  { seconds: -2 * 86_400, text: '2 days ago' },
  { seconds: 1, text: 'in 1 second' },
  { seconds: 3_599, text: 'in 59 minutes' },
  { seconds: 7_200, text: 'in 2 hours' },
])('a moment $seconds seconds from now is “$text”', ({ seconds, text }) => {
  const at = now + seconds * 1000;
  expect(momentOf(at, now)).toEqual({ text, iso: new Date(at).toISOString() });
});
