import type { AppErrorData, ErrorCode } from '../shared/errors.ts';
import type { AccessGrant, AccessStatus } from './calls/access-requests.ts';

/*
 * The course of an access request, from the moment it was made to its decision: one table, without clock or network. Times are
 * epoch milliseconds.
 *
 * | in          | looked | answered        | failed in passing | needs a person | failed for good | wake, network | signed in |
 * |-------------|--------|-----------------|-------------------|----------------|-----------------|---------------|-----------|
 * | waiting     | looking|                 |                   |                |                 | due now       | due now   |
 * | looking     |        | waiting, granted, refused | waiting, slower | barred   | lost            | again after it| again after it |
 * | barred      |        |                 |                   |                |                 |               | due now   |
 * | granted, refused, lost |  nothing changes any more                                                                       |
 */
export type AccessCourse =
  /** The status is asked for at `nextAt`. `trouble`: what was in the way of the last look. */
  | {
      readonly kind: 'waiting';
      readonly looks: number;
      readonly failures: number;
      readonly nextAt: number;
      readonly trouble?: AppErrorData;
    }
  | {
      readonly kind: 'looking';
      readonly looks: number;
      readonly failures: number;
      readonly trouble?: AppErrorData;
      /** Somebody wanted a look meanwhile: the next one follows at once. */
      readonly isWantedAgain: boolean;
    }
  /** Somebody has to sign in before the status can be asked for. The request lives on. */
  | { readonly kind: 'barred'; readonly looks: number; readonly error: AppErrorData }
  | { readonly kind: 'granted'; readonly grant: AccessGrant }
  | { readonly kind: 'refused'; readonly why: 'rejected' | 'revoked' | 'expired' }
  /** The service does not tell its status, and will not: it does not know the request, or may not say. */
  | { readonly kind: 'lost'; readonly error: AppErrorData };

export type AccessInput =
  | { readonly kind: 'looked' }
  | { readonly kind: 'answered'; readonly status: AccessStatus }
  | { readonly kind: 'failed'; readonly error: AppErrorData }
  /** The computer is awake, the network is back, or somebody presses the button. */
  | { readonly kind: 'wanted' }
  | { readonly kind: 'signed-in' };

/** A policy may approve at once; people take their time. */
const firstLookMs = 500;
const shortestMs = 2_000;
const longestMs = 30_000;
const longestAfterFailuresMs = 60_000;

/** Each wait is this much longer than the one before, so that an hour of waiting costs about 130 looks. */
const growth = 1.4;

/** So that the requests of many do not meet: a wait is up to a fifth shorter or longer. */
const jitter = 0.2;

const needsPerson: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'sign-in-needed',
  'credentials-expired',
  'credentials-missing',
]);

const forGood: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['not-found', 'access-denied', 'bad-request']);

export function begin(now: number): AccessCourse {
  return { kind: 'waiting', looks: 0, failures: 0, nextAt: now + firstLookMs };
}

/** @param random from 0 to 1, for the length of the next wait */
export function proceed(course: AccessCourse, input: AccessInput, now: number, random: number): AccessCourse {
  switch (course.kind) {
    case 'waiting':
      return fromWaiting(course, input, now);
    case 'looking':
      return fromLooking(course, input, now, random);
    case 'barred':
      return input.kind === 'signed-in'
        ? { kind: 'waiting', looks: course.looks, failures: 0, nextAt: now }
        : course;
    case 'granted':
    case 'refused':
    case 'lost':
      return course;
  }
}

type Course<K extends AccessCourse['kind']> = Extract<AccessCourse, { kind: K }>;

function fromWaiting(course: Course<'waiting'>, input: AccessInput, now: number): AccessCourse {
  switch (input.kind) {
    case 'looked': {
      const { looks, failures, trouble } = course;
      return { kind: 'looking', looks, failures, isWantedAgain: false, ...(trouble && { trouble }) };
    }
    case 'wanted':
    case 'signed-in':
      return { ...course, nextAt: Math.min(course.nextAt, now) };
    case 'answered':
    case 'failed':
      return course;
  }
}

function fromLooking(
  course: Course<'looking'>,
  input: AccessInput,
  now: number,
  random: number,
): AccessCourse {
  const looks = course.looks + 1;
  switch (input.kind) {
    case 'looked':
      return course;
    case 'wanted':
    case 'signed-in':
      return { ...course, isWantedAgain: true };
    case 'answered': {
      const { status } = input;
      if (status.kind === 'approved') return { kind: 'granted', grant: status.grant };
      if (status.kind !== 'pending') return { kind: 'refused', why: status.kind };
      const wait = course.isWantedAgain ? 0 : waitMs(looks, longestMs, random);
      return { kind: 'waiting', looks, failures: 0, nextAt: now + wait };
    }
    case 'failed': {
      const { error } = input;
      if (needsPerson.has(error.code))
        return course.isWantedAgain
          ? { kind: 'waiting', looks, failures: 0, nextAt: now }
          : { kind: 'barred', looks, error };
      if (forGood.has(error.code)) return { kind: 'lost', error };
      const failures = course.failures + 1;
      const wait = course.isWantedAgain ? 0 : waitMs(looks + failures, longestAfterFailuresMs, random);
      return { kind: 'waiting', looks, failures, nextAt: now + wait, trouble: error };
    }
  }
}

function waitMs(turn: number, longest: number, random: number): number {
  const plain = Math.min(longest, shortestMs * growth ** (turn - 1));
  return plain * (1 - jitter + 2 * jitter * random);
}
