import { describe, expect, it } from 'vitest';
import {
  acknowledgesAgain,
  disablesKeepalive,
  isNewer,
  supportsMultiplexing,
  understandsTerminateFlag,
} from '../../../src/ssm/channel/version-gates.ts';

/** The official client's own cases (protocol notes, section 12.2) and the borders of each gate (trap 30). */
describe('an agent', () => {
  it.each([
    ['3.0.196.0', false],
    ['1.2.3.4', false],
    ['2.3.4.5', false],
    ['3.0.195.100', false],
    ['2.99.1000.0', false],
    ['3.0.196.1', true],
    ['3.0.197.0', true],
    ['3.1.0.0', true],
    ['4.0.0.0', true],
  ])('of version %s is multiplexed: %s', (version, expected) => {
    expect(supportsMultiplexing(version)).toBe(expected);
  });

  it.each([
    ['2.3.722.0', false],
    ['2.3.721.100', false],
    ['2.3.614.0', false],
    ['0.3.1000.0', false],
    ['2.3.722.1', true],
    ['2.3.723.0', true],
    ['2.3.750.0', true],
    ['3.0.197.0', true],
  ])('of version %s understands the flag that ends a session: %s', (version, expected) => {
    expect(understandsTerminateFlag(version)).toBe(expected);
  });

  it.each([
    ['3.1.1476.0', false],
    ['3.1.1511.0', false],
    ['3.1.1511.1', true],
    ['3.1.1600.0', true],
    ['3.3.1142.0', true],
  ])('of version %s has no keepalive: %s', (version, expected) => {
    expect(disablesKeepalive(version)).toBe(expected);
  });

  it.each([
    ['3.2.1040.9', false],
    ['3.2.1041.0', true],
    ['3.3.1142.0', true],
    ['', false],
  ])('of version %j acknowledges repeats: %s', (version, expected) => {
    expect(acknowledgesAgain(version)).toBe(expected);
  });

  it.each([
    '1.4.1.2.4.1',
    '',
    '9',
    '9.9.9',
    '3,0.0.0',
    '9.9.9.x',
    '9.9.9.-1',
    ' 9.9.9.9',
    '9.9.9.9\n',
    '9..9.9',
  ])('of version %j is not newer than anything', (version) => {
    expect(isNewer(version, '3.0.0.0')).toBe(false);
  });

  it('is compared number by number, not as text', () => {
    expect([isNewer('2.3.617.9', '2.3.56.9'), isNewer('2.3.617.9', '2.10.763.9')]).toEqual([true, false]);
  });
});
