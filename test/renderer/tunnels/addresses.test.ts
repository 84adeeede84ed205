import { expect, test } from 'vitest';
import {
  destinationParts,
  destinationWords,
  readDestination,
  webAddress,
} from '../../../src/renderer/tunnels/addresses.ts';
import { stoppedTunnel } from '../../../src/shared/stopped-tunnel.ts';

const database = { kind: 'remote-host', host: 'db.internal', port: 5432 } as const;
const six = { kind: 'remote-host', host: 'fd00::7', port: 443 } as const;
const own = { kind: 'node-port', port: 8080 } as const;

test('where a tunnel leads, in words that can be read back', () => {
  expect([database, six, own].map(destinationWords)).toEqual([
    'db.internal:5432',
    '[fd00::7]:443',
    'port 8080',
  ]);
  expect([database, six, own].map((place) => readDestination(destinationWords(place)))).toEqual([
    database,
    six,
    own,
  ]);
  expect([database, six, own].map((place) => Object.values(destinationParts(place)).join(''))).toEqual([
    'db.internal:5432 through ',
    '[fd00::7]:443 through ',
    'port 8080 of ',
  ]);
});

test('a browser is offered where something listens and a web server is likely, or known', () => {
  const listening = { ...stoppedTunnel('t'), listening: { host: '0.0.0.0', port: 15_000 } };
  expect([
    webAddress({ destination: own }, listening),
    webAddress({ destination: six }, listening),
    webAddress({ destination: database }, listening),
    webAddress({ destination: { kind: 'node-port', port: 18_080 } }, listening, 18_080),
    webAddress({ destination: own }, stoppedTunnel('t')),
  ]).toEqual([
    'http://localhost:15000/',
    'https://localhost:15000/',
    undefined,
    'http://localhost:15000/',
    undefined,
  ]);
});
