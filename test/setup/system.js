/** Before the tests: makes sure that there is a Chromium, or says how to get one. Never asks and never fails. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium } from './chromium.js';

const instructions = `There is no Chromium on this machine, so the end-to-end tests will be skipped (and fail where CI=true).
Install it, and run the tests again:
  Debian, Ubuntu   apt-get install chromium        (as root)
  Fedora           dnf install chromium            (as root)
  Alpine           apk add chromium                (as root)
  macOS            brew install --cask chromium
or set CHROMIUM_PATH to the executable of a Chromium or Chrome that you have.`;

function run(command, args) {
  console.log(`$ ${command} ${args.join(' ')}`);
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (error) console.log(`${command} could not be run: ${error.message}`);
  return status === 0;
}

function canInstall() {
  const isRoot = process.getuid?.() === 0;
  return process.platform === 'linux' && isRoot && !process.env.CHROMIUM_PATH && existsSync('/usr/bin/apt-get');
}

if (findChromium() === undefined && canInstall()) {
  console.log('The end-to-end tests need Chromium, which is missing here: installing it.');
  run('apt-get', ['update']) && run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);
}
if (findChromium() === undefined) console.log(instructions);
