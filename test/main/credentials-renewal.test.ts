import { expect, test } from 'vitest';
import { CredentialsRenewal } from '../../src/main/sign-ins/credentials-renewal.ts';
import { CredentialsStatuses } from '../../src/main/sign-ins/credentials-statuses.ts';

const minute = 60_000;

function bench() {
  const statuses = new CredentialsStatuses(() => {});
  const renewed: string[] = [];
  const clock = { now: 0 };
  const inUse = new Set(['used']);
  let outcome: (profileId: string) => Promise<void> = () => Promise.resolve();
  const renewal = new CredentialsRenewal({
    statuses: () => statuses.list(),
    isInUse: (profileId) => inUse.has(profileId),
    renew: (profileId) => {
      renewed.push(profileId);
      return outcome(profileId);
    },
    now: () => clock.now,
  });
  const end = (become: typeof outcome) => (outcome = become);
  return { statuses, renewed, clock, renewal, end };
}

test('credentials of live sessions are looked up anew shortly before their end, and no others', async () => {
  const { statuses, renewed, clock, renewal } = bench();
  statuses.found({ profileId: 'used', expiresAt: 60 * minute });
  statuses.found({ profileId: 'idle', expiresAt: 60 * minute });
  statuses.found({ profileId: 'endless' });
  await renewal.look();
  expect(renewed).toEqual([]);
  clock.now = 56 * minute;
  await renewal.look();
  expect(renewed).toEqual(['used']);
});

test('an end that could not be put off is tried once, and the next one again', async () => {
  const { statuses, renewed, clock, renewal, end } = bench();
  end(() => Promise.reject(new Error('sign in')));
  statuses.found({ profileId: 'used', expiresAt: 60 * minute });
  clock.now = 56 * minute;
  await renewal.look();
  await renewal.look();
  expect(renewed).toEqual(['used']);
  statuses.found({ profileId: 'used', expiresAt: 120 * minute });
  clock.now = 116 * minute;
  await renewal.look();
  expect(renewed).toEqual(['used', 'used']);
});

test('what is known of credentials is told when it is something else, and forgotten with the profile', () => {
  const told: unknown[] = [];
  const statuses = new CredentialsStatuses((known) => told.push(known));
  statuses.found({ profileId: 'a', expiresAt: 1 });
  statuses.found({ profileId: 'a', expiresAt: 1 });
  statuses.found({ profileId: 'a', expiresAt: 2, accountId: '111122223333' });
  statuses.forget('a');
  statuses.forget('a');
  expect(told).toEqual([
    [{ profileId: 'a', expiresAt: 1 }],
    [{ profileId: 'a', expiresAt: 2, accountId: '111122223333' }],
    [],
  ]);
});
