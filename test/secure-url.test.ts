import { describe, expect, test } from '@jest/globals';
import { reachOf } from '../lib/secure-url.js';

const hosts = {
  machine: [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'a.b.localhost.',
    '127.0.0.1',
    '127.255.255.254',
    '127.1',
    '0x7f000001',
    '017700000001',
    '2130706433',
    '0.0.0.0',
    '0.1.2.3',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:0.0.0.0]',
  ],
  network: [
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '[fc00::1]',
    '[fdff::1]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:192.168.1.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '224.0.0.1',
    '255.255.255.255',
    '[ff02::1]',
    'printer.local',
    'metadata.google.internal',
    'METADATA.google.Internal.',
    'router.home.arpa',
    'db',
    'db.',
  ],
  internet: [
    'id.school.example',
    'localhost.example',
    'notlocalhost.example',
    'local.example',
    'internal.example',
    '128.0.0.1',
    '126.255.255.255',
    '11.0.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '192.167.0.1',
    '169.253.0.1',
    '100.128.0.1',
    '[2001:db8::1]',
    '[::ffff:8.8.8.8]',
    '1.1.1.1',
  ],
};

describe('Z5: how far a host is', () => {
  test.each(Object.entries(hosts))('Z5: %s', (reach, names) => {
    const found = names.map((name) => [name, reachOf(new URL(`https://${name}/`).hostname)]);
    expect(found).toEqual(names.map((name) => [name, reach]));
  });
});
