import { describe, expect, test } from 'vitest';
import {
  formForTunnel,
  readTunnelForm,
  suggestedLocalPort,
  type TunnelForm,
} from '../../../src/renderer/tunnels/tunnel-form.ts';

const filled: TunnelForm = {
  ...formForTunnel({ profileId: 'p', target: 'i-1', nodeName: 'bastion' }),
  port: '5432',
};
const errorsOf = (change: Partial<TunnelForm>): unknown => {
  const read = readTunnelForm({ ...filled, ...change });
  return 'errors' in read ? Object.keys(read.errors) : read;
};

describe('a tunnel form', () => {
  test('with a node and a port is a tunnel to the same local port, with a name of its own', () => {
    expect(readTunnelForm(filled)).toEqual({
      tunnel: {
        name: 'bastion port 5432',
        profileId: 'p',
        target: 'i-1',
        nodeName: 'bastion',
        destination: { kind: 'node-port', port: 5432 },
        local: { host: '127.0.0.1', port: 5432 },
      },
    });
  });

  test('says what is missing, and not what follows from that', () => {
    expect(errorsOf({ node: undefined, port: '' })).toEqual(['node', 'port']);
    expect(errorsOf({ port: '99999' })).toEqual(['port']);
    expect(errorsOf({ localPort: '99999' })).toEqual(['localPort']);
    expect(errorsOf({ leadsTo: 'remote-host', host: 'bad host!' })).toEqual(['host']);
  });

  test('other machines may use only after a yes', () => {
    expect(errorsOf({ isExposed: true })).toEqual(['exposureAccepted']);
    expect(errorsOf({ isExposed: true, exposureAccepted: true })).toMatchObject({
      tunnel: { local: { host: '0.0.0.0', exposeToNetwork: true } },
    });
    expect(errorsOf({ isExposed: true, exposureAccepted: true, exposedHost: 'everywhere' })).toEqual([
      'exposedHost',
    ]);
  });

  test('suggests a local port that ordinary programs may take, and none for what is no port', () => {
    expect(['80', '5432', '65535', '99999', '0', 'x', ''].map(suggestedLocalPort)).toEqual([
      '10080',
      '5432',
      '65535',
      '',
      '',
      '',
      '',
    ]);
  });
});
