import { describe, expect, test } from 'vitest';
import { calls } from '../../src/shared/contract.ts';
import { isLoopback } from '../../src/shared/tunnels.ts';

const tunnel = {
  name: 'Orders',
  profileId: 'p',
  target: 'i-1',
  destination: { kind: 'node-port', port: 80 },
  local: { host: '127.0.0.1', port: 0 },
};

const isAccepted = (change: object): boolean =>
  calls.saveTunnel.request.safeParse({ tunnel: { ...tunnel, ...change } }).success;

describe('a tunnel is saved', () => {
  test.each([
    ['on this computer alone', { local: { host: '127.0.0.1', port: 5432 } }],
    ['on any address of this computer alone', { local: { host: '127.8.9.10', port: 0 } }],
    ['on the newer loopback', { local: { host: '::1', port: 1 } }],
    ['by name', { local: { host: 'localhost', port: 65_535 } }],
    ['for the network, where that is said', { local: { host: '0.0.0.0', port: 80, exposeToNetwork: true } }],
    ['to a host by name', { destination: { kind: 'remote-host', host: 'db_1.eu.internal', port: 5432 } }],
    ['to a host by address', { destination: { kind: 'remote-host', host: 'fd00::1', port: 5432 } }],
  ])('%s', (_name, change) => {
    expect(isAccepted(change)).toBe(true);
  });

  test.each([
    ['for the network without saying so', { local: { host: '0.0.0.0', port: 80 } }],
    ['for the network with a no', { local: { host: '192.168.0.2', port: 80, exposeToNetwork: false } }],
    ['on an address that begins like loopback', { local: { host: '127.0.0.1.example.com', port: 80 } }],
    ['on a name that leads somewhere', { local: { host: 'example.com', port: 80, exposeToNetwork: true } }],
    ['on a port that is none', { local: { host: '127.0.0.1', port: 65_536 } }],
    ['on half a port', { local: { host: '127.0.0.1', port: 80.5 } }],
    ['to port 0', { destination: { kind: 'node-port', port: 0 } }],
    ['to a host that is a command', { destination: { kind: 'remote-host', host: 'a;b', port: 1 } }],
    ['to a host with a template in it', { destination: { kind: 'remote-host', host: '{{ssm:x}}', port: 1 } }],
    ['with members that nobody agreed on', { documentName: 'AWS-StartSSHSession' }],
  ])('not %s', (_name, change) => {
    expect(isAccepted(change)).toBe(false);
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.255.0.1', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['128.0.0.1', false],
  ['127.0.0.1.example.com', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
