import type { FoundMembers, MemberLookup } from '../../../src/aws/members/member-lookup.ts';
import type { MemberState, TargetQuery } from '../../../src/shared/target-query.ts';

/** Nobody matches, unless a test says otherwise. */
export class FakeMembers implements MemberLookup {
  readonly asked: TargetQuery[] = [];
  found: () => Promise<FoundMembers> = () => Promise.resolve({ members: [], hasMore: false });
  state: (target: string) => MemberState | undefined = () => undefined;
  isClosed = false;

  find(query: TargetQuery): Promise<FoundMembers> {
    this.asked.push(query);
    return this.found();
  }
  stateOf(target: string): Promise<MemberState | undefined> {
    return Promise.resolve(this.state(target));
  }
  close(): void {
    this.isClosed = true;
  }
}
