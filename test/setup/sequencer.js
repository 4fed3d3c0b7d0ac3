/** The suites that take long begin first, so that none of them is what the others wait for at the end. */
import { createRequire } from 'node:module';
import Sequencer from '@jest/test-sequencer';

const slow = createRequire(import.meta.url)('./slow-suites.json');

/** Its place among the slow ones; behind them all for the others. */
function placeOf({ path, context }) {
  const file = path.slice(context.config.rootDir.length + 1);
  const place = slow.findIndex((beginning) => file.startsWith(beginning));
  return place === -1 ? slow.length : place;
}

export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => placeOf(one) - placeOf(other));
  }
}
