import { expect, test } from 'vitest';
import { agentHas, clientRules, compareVersions } from '../../src/lab/agent/versions.ts';

test.each([
  ['3.0.222.0', '3.0.222.0', 0],
  ['3.0.196.0', '3.0.222.0', -1],
  ['2.3.617.9', '2.10.763.9', -1],
  ['1.2.295', '1.2.295.0', -1],
  ['1.1.70.0', '1.1.70', 1],
  ['my-app/1.0', '1.1.70', 1],
])('%s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test('a feature is there from its release on', () => {
  expect([agentHas('3.0.221.0', 'multiplexing'), agentHas('3.0.222.0', 'multiplexing')]).toEqual([
    false,
    true,
  ]);
});

test('clients are told apart as the notes say', () => {
  expect({
    mux: [clientRules.understandsMultiplexing('1.1.70'), clientRules.understandsMultiplexing('1.0.0')],
    keepalive: [clientRules.wantsNoKeepalive('1.2.331.0'), clientRules.wantsNoKeepalive('1.2.332.0')],
    notice: [
      clientRules.isTooOldForSeparatedOutput('1.2.295'),
      clientRules.isTooOldForSeparatedOutput('1.2.312.0'),
    ],
  }).toEqual({ mux: [true, false], keepalive: [false, true], notice: [true, false] });
});
