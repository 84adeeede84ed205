import { isLive, type SessionRecord } from '../../session-record.ts';
import { ApiError, validationError } from '../api-error.ts';
import { epochSeconds, type Operation } from '../context.ts';
import { listOfMembers, optionalInteger, optionalText, requiredText } from '../members.ts';
import { pageOf } from '../paging.ts';

type Test = (record: SessionRecord) => boolean;

/** Filter keys of the service model; `AccessType` is in newer models, and every session here is a standard one. */
const filters: Readonly<Record<string, (value: string) => Test>> = {
  InvokedAfter: (value) => {
    const time = parseTime(value);
    return (record) => record.startedAt > time;
  },
  InvokedBefore: (value) => {
    const time = parseTime(value);
    return (record) => record.startedAt < time;
  },
  Target: (value) => (record) => record.target === value,
  Owner: (value) => (record) => record.owner === value,
  Status: (value) => (record) => record.status === value,
  SessionId: (value) => (record) => record.id === value,
  AccessType: (value) => () => value === 'Standard',
};

export const describeSessions: Operation = (members, context) => {
  const state = requiredText(members, 'State');
  if (state !== 'Active' && state !== 'History') {
    throw validationError('state', state, 'Member must satisfy enum value set: [Active, History]');
  }
  const tests = listOfMembers(members, 'Filters').map((filter): Test => {
    const key = requiredText(filter, 'key');
    const value = requiredText(filter, 'value', { min: 1, max: 400 });
    const makeTest = Object.hasOwn(filters, key) ? filters[key] : undefined;
    if (!makeTest) throw new ApiError('InvalidFilterKey', `The specified filter key ${key} is not valid.`);
    return makeTest(value);
  });
  const size = optionalInteger(members, 'MaxResults', 1, 200) ?? 200;
  const token = optionalText(members, 'NextToken');

  const matching = context
    .sessions()
    .filter((record) => isLive(record) === (state === 'Active') && tests.every((test) => test(record)))
    .reverse();
  const page = pageOf('DescribeSessions', matching, size, token);
  return { Sessions: page.items.map(describe), ...(page.nextToken ? { NextToken: page.nextToken } : {}) };
};

function describe(record: SessionRecord): object {
  return {
    SessionId: record.id,
    Target: record.target,
    Status: record.status,
    StartDate: epochSeconds(record.startedAt),
    ...(record.endedAt === undefined ? {} : { EndDate: epochSeconds(record.endedAt) }),
    DocumentName: record.document.name,
    Owner: record.owner,
    ...(record.reason === undefined ? {} : { Reason: record.reason }),
    OutputUrl: {},
    ...(record.maxDurationMinutes === undefined
      ? {}
      : { MaxSessionDuration: String(record.maxDurationMinutes) }),
  };
}

function parseTime(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw validationError('filters', value, 'Member must be a time in ISO 8601 form');
  return time;
}
