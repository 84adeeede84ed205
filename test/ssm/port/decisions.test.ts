import { describe, expect, it } from 'vitest';
import { halfCloseDeadline } from '../../../src/ssm/port/half-close.ts';
import { type PortLimits, type PortLoad, shouldPauseReading } from '../../../src/ssm/port/reading-policy.ts';
import { choosePortVariant, portProperty } from '../../../src/ssm/port/variant.ts';

const facts = (properties: Record<string, unknown>, agentVersion?: string) =>
  ({
    sessionType: 'Port',
    properties,
    isEncrypted: false,
    customerMessage: '',
    ...(agentVersion === undefined ? {} : { agentVersion }),
  }) as const;

describe('the variant of a port session', () => {
  it.each([
    [{ type: 'LocalPortForwarding' }, '3.3.1142.0', 'multiplexed'],
    [{ Type: 'LocalPortForwarding' }, '3.0.222.0', 'multiplexed'],
    [{ type: 'LocalPortForwarding' }, '3.0.196.1', 'multiplexed'],
    [{ type: 'LocalPortForwarding' }, '3.0.196.0', 'basic'],
    [{ type: 'LocalPortForwarding' }, '2.2.0.0', 'basic'],
    [{ type: 'LocalPortForwarding' }, 'my-agent/4.0', 'basic'],
    [{ type: 'LocalPortForwarding' }, undefined, 'basic'],
    [{ type: 'localportforwarding' }, '3.3.1142.0', 'stream'],
    [{ type: 7 }, '3.3.1142.0', 'stream'],
    [{ PortNumber: '22' }, '3.3.1142.0', 'stream'],
    [{}, undefined, 'stream'],
  ])('%j with agent %s is %s', (properties, agentVersion, variant) => {
    expect(choosePortVariant(facts(properties, agentVersion))).toBe(variant);
  });

  it('is not decided by what is only inherited', () => {
    const properties = JSON.parse('{"__proto__":{"type":"LocalPortForwarding"}}') as Record<string, unknown>;
    expect(choosePortVariant(facts(properties, '3.3.1142.0'))).toBe('stream');
    expect(portProperty({}, 'constructor')).toBeUndefined();
  });
});

describe('a half-closed connection', () => {
  const quiet = { answeredMs: 2, unansweredMs: 30 };

  it.each([
    ['waits long for an answer that has not begun', { endedAt: 100, lastUpAt: 90, lastDownAt: 80 }, 130],
    [
      'waits long where nothing was ever said',
      { endedAt: 100, lastUpAt: undefined, lastDownAt: undefined },
      130,
    ],
    ['waits shortly behind each piece of an answer', { endedAt: 100, lastUpAt: 90, lastDownAt: 150 }, 152],
    ['does not wait where all was answered long ago', { endedAt: 100, lastUpAt: 50, lastDownAt: 60 }, 62],
    [
      'waits shortly behind a server that only speaks',
      { endedAt: 100, lastUpAt: undefined, lastDownAt: 99 },
      101,
    ],
  ])('%s', (_, connection, deadline) => {
    expect(halfCloseDeadline(connection, quiet)).toBe(deadline);
  });
});

describe('reading from the data channel', () => {
  const limits: PortLimits = {
    connectionMemoryBytes: 40,
    tunnelMemoryBytes: 400,
    spoolBytes: 1000,
    soleConnectionBytes: 100,
  };
  const load = (part: Partial<PortLoad>): PortLoad => ({
    connections: 1,
    waitingBytes: 0,
    memoryBytes: 0,
    spooledBytes: 0,
    ...part,
  });

  it.each([
    ['stops where the only connection is behind', { waitingBytes: 101 }, false, true],
    ['does not go on at once', { waitingBytes: 99 }, true, true],
    ['goes on when it has caught up', { waitingBytes: 25 }, true, false],
    ['goes on when another connection is opened', { connections: 2, waitingBytes: 101 }, true, false],
    [
      'stops where what nobody has connected for is too much',
      { connections: 0, waitingBytes: 101 },
      false,
      true,
    ],
    ['stops where files are full', { connections: 2, spooledBytes: 1000 }, false, true],
    ['does not go on while they are nearly full', { connections: 2, spooledBytes: 751 }, true, true],
    ['goes on when they have room', { connections: 2, spooledBytes: 749 }, true, false],
    ['stops where memory is full, since the disk is slow', { connections: 9, memoryBytes: 601 }, false, true],
  ])('%s', (_, part, isPaused, expected) => {
    expect(shouldPauseReading(load(part), limits, isPaused)).toBe(expected);
  });
});
