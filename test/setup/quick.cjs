/** `npm run test:quick`: leaves out the suites that take longer than a few seconds. */
const { join } = require('node:path');
const slow = require('./slow-suites.json');

const root = join(__dirname, '../..');

module.exports = (paths) => ({
  filtered: paths.filter((path) => !slow.some((beginning) => path.startsWith(join(root, beginning)))),
});
