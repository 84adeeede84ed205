import { expect, test } from 'vitest';
import type { SharedSettings as FoundSettings } from '../../src/aws/shared-settings.ts';
import { SharedSettingsOwner } from '../../src/main/shared-settings/shared-settings-owner.ts';
import { sharedSettingsSchema } from '../../src/shared/shared-settings.ts';

const found: FoundSettings = {
  profiles: [
    {
      name: 'ops',
      kind: 'role',
      region: 'eu-west-1',
      sso: {
        login: { id: 'x', startUrl: 'https://acme.example/start', region: 'eu-west-1' },
        accountId: '111122223333',
        roleName: 'Base',
      },
      roleArn: 'arn:aws:iam::444455556666:role/teams/Ops',
      accountId: '444455556666',
      mfaSerial: 'arn:aws:iam::111122223333:mfa/ann',
      runsProcess: false,
    },
    { name: 'keys', kind: 'static', runsProcess: false },
  ],
  problems: [{ file: '/c', line: 3, profileName: 'ops', message: 'm', hint: 'h' }],
};

function bench() {
  const watches: ((settings: FoundSettings) => void)[] = [];
  const told: unknown[] = [];
  let closed = 0;
  const owner = new SharedSettingsOwner(
    () =>
      Promise.resolve({
        readSharedSettings: () => Promise.resolve(found),
        watchSharedSettings: (onChange) => {
          watches.push(onChange);
          return { ready: Promise.resolve(), close: () => (closed += 1) };
        },
      }),
    (settings) => told.push(settings),
  );
  return { owner, watches, told, closed: () => closed };
}

test('the page gets who a profile would be and what a person has to do for it', async () => {
  const settings = await bench().owner.read();
  expect(settings).toEqual({
    profiles: [
      {
        name: 'ops',
        kind: 'role',
        region: 'eu-west-1',
        accountId: '444455556666',
        roleName: 'Ops',
        signsInTo: 'acme.example',
        needsCode: true,
        runsProgram: false,
      },
      { name: 'keys', kind: 'static', needsCode: false, runsProgram: false },
    ],
    problems: [{ file: '/c', line: 3, profileName: 'ops', message: 'm', hint: 'h' }],
  });
  expect(sharedSettingsSchema.safeParse(settings).success).toBe(true);
});

test('the files are watched from the first reading on, once, until the end', async () => {
  const { owner, watches, told, closed } = bench();
  expect(watches.length).toBe(0);
  await owner.read();
  await owner.read();
  watches[0]?.({ profiles: [], problems: [] });
  expect([watches.length, told]).toEqual([1, [{ profiles: [], problems: [] }]]);
  owner.end();
  await owner.read();
  expect([watches.length, closed()]).toEqual([1, 1]);
});
