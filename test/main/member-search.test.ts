import { expect, test } from 'vitest';
import type { FoundMember } from '../../src/aws/members/member-lookup.ts';
import { MemberSearch } from '../../src/main/members/member-search.ts';
import type { Profile } from '../../src/shared/models.ts';
import type { MemberState, TargetQuery } from '../../src/shared/target-query.ts';
import { FakeDoctor } from './support/fake-doctor.ts';
import { FakeMembers } from './support/fake-members.ts';
import { appError, FakeControlPlane, held } from './support/fake-service.ts';

const query: TargetQuery = { kind: 'auto-scaling-group', group: 'web' };
const profile: Profile = {
  id: 'p',
  name: 'Production',
  environment: 'production',
  credentials: { kind: 'default-chain' },
  region: 'eu-west-1',
  moreRegions: ['us-east-1'],
  builtIn: false,
};

/** Regions whose members are as the test says, in the profile's order. */
class Regions {
  readonly members = new Map([
    ['eu-west-1', new FakeMembers()],
    ['us-east-1', new FakeMembers()],
  ]);
  readonly planes: { region: string; plane: FakeControlPlane }[] = [];
  readonly search = new MemberSearch({
    connect: ({ region = '' }) => {
      const plane = new FakeControlPlane();
      this.planes.push({ region, plane });
      return Promise.resolve({
        region,
        controlPlane: plane,
        doctor: () => new FakeDoctor(),
        memberLookup: () => this.in(region),
        lookUpCredentials: () => Promise.resolve(),
        isStale: () => false,
      });
    },
    sessionsOn: () => 0,
  });

  in(region: string): FakeMembers {
    return this.members.get(region) as FakeMembers;
  }

  has(region: string, states: Record<string, MemberState>): void {
    const members = Object.entries(states).map(
      ([target, state]): FoundMember => ({ target, name: `${target} there`, region, state }),
    );
    this.in(region).found = () => Promise.resolve({ members, hasMore: false });
  }

  get open(): string[] {
    return this.planes.filter(({ plane }) => !plane.isClosed).map(({ region }) => region);
  }
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: { data: object }) => error.data,
  );

test('the first Region that has a healthy member decides, and its connection alone stays open', async () => {
  const regions = new Regions();
  regions.has('eu-west-1', { 'i-1': 'offline', 'i-2': 'online' });
  regions.has('us-east-1', { 'i-3': 'online' });
  const picked = await regions.search.pick(profile, query, {});
  expect(picked).toMatchObject({
    member: { target: 'i-2', region: 'eu-west-1' },
    counts: { healthy: 1, matched: 2 },
    profile: { region: 'eu-west-1' },
  });
  expect(regions.open).toEqual(['eu-west-1']);
});

test('a further Region is taken where the first has nobody, or nobody but the one that has just ended', async () => {
  const regions = new Regions();
  regions.has('us-east-1', { 'i-3': 'online' });
  expect(await regions.search.pick(profile, query, {})).toMatchObject({ member: { target: 'i-3' } });
  regions.has('eu-west-1', { 'i-1': 'online' });
  expect(await regions.search.pick(profile, query, { former: 'i-1' })).toMatchObject({
    member: { target: 'i-3' },
    profile: { region: 'us-east-1' },
  });
  regions.has('us-east-1', {});
  expect(await regions.search.pick(profile, query, { former: 'i-1' })).toMatchObject({
    member: { target: 'i-1' },
  });
});

test('a Region that does not answer keeps nobody from one before it', async () => {
  const regions = new Regions();
  regions.has('eu-west-1', { 'i-1': 'online' });
  regions.in('us-east-1').found = () => held<never>().promise;
  expect(await regions.search.pick(profile, query, {})).toMatchObject({ member: { target: 'i-1' } });
  expect(regions.in('us-east-1').isClosed).toBe(true);
});

test('nobody is told with what was matched in all Regions', async () => {
  const regions = new Regions();
  regions.has('eu-west-1', { 'i-1': 'offline', 'i-2': 'starting' });
  regions.has('us-east-1', { 'i-3': 'offline' });
  expect(await failureOf(regions.search.pick(profile, query, {}))).toMatchObject({
    code: 'no-healthy-member',
    message: '3 nodes match group web, and none can be connected to: 2 offline, 1 starting.',
    hint: 'Wait until one has started, then try again.',
    where: { profileName: 'Production' },
  });
  expect(regions.open).toEqual([]);
});

test('a Region that refuses is told only where no other has a healthy member', async () => {
  const regions = new Regions();
  regions.in('eu-west-1').found = () => Promise.reject(appError('access-denied'));
  expect(await failureOf(regions.search.pick(profile, query, {}))).toMatchObject({ code: 'access-denied' });
  regions.has('us-east-1', { 'i-3': 'online' });
  expect(await regions.search.pick(profile, query, {})).toMatchObject({ member: { target: 'i-3' } });
});

test('a successor is one of the others, and what has become of the node before is told', async () => {
  const regions = new Regions();
  const former = { target: 'i-1', region: 'eu-west-1' };
  regions.has('eu-west-1', { 'i-1': 'online', 'i-2': 'online', 'i-4': 'offline' });
  expect(await regions.search.findSuccessor(profile, query, former)).toMatchObject({
    counts: { healthy: 1, matched: 2 },
    formerState: 'online',
    member: { target: 'i-2' },
  });
  regions.has('eu-west-1', {});
  regions.in('eu-west-1').state = () => 'terminated';
  expect(await regions.search.findSuccessor(profile, query, former)).toEqual({
    counts: { healthy: 0, matched: 0 },
    formerState: 'terminated',
  });
  expect(regions.open).toEqual([]);
});
