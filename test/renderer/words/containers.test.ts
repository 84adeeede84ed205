import { expect, test } from 'vitest';
import { placeOfContainer, troubleWords } from '../../../src/renderer/words/containers.ts';
import type { ContainerFacts } from '../../../src/shared/inventory.ts';
import { node } from '../support/values.ts';

const facts: ContainerFacts = {
  cluster: 'harbour',
  service: 'shop',
  family: 'shop',
  taskId: 'd2b7b3015ed81d83b1ee515fe006dadb',
  name: 'app',
  health: 'unknown',
};

test('a container is placed by its cluster and the beginning of its task', () => {
  expect(placeOfContainer(facts)).toBe('harbour, task d2b7b301');
});

test.each([
  ['', {}],
  ['unhealthy', { health: 'unhealthy' }],
  ['execute command off', { trouble: 'exec-off', health: 'unhealthy' }],
  ['agent starting', { trouble: 'agent-pending' }],
  ['agent stopped', { trouble: 'agent-stopped' }],
  ['provisioning', { trouble: 'not-running' }],
] satisfies [string, Partial<ContainerFacts>][])('its row says "%s"', (words, change) => {
  const container = { ...facts, ...change };
  expect(troubleWords(node({ container, instanceState: 'provisioning' }))).toBe(words);
});

test('a node that is no container has no such words', () => {
  expect(troubleWords(node({ online: false }))).toBe('');
});
