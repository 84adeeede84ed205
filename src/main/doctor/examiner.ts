import type { CheckName, Finding } from '../../shared/doctor.ts';
import type { AppErrorData } from '../../shared/errors.ts';

/** The answer of a call, or why there is none. */
export type Answer<T> = { value: T } | { error: AppErrorData };

/** An examination as one part of it uses it. */
export interface Examiner {
  /** Answers when it began, for {@link conclude}. */
  begin(...names: CheckName[]): number;
  /** @param action what the call shows to be allowed or denied */
  ask<T>(call: Promise<T>, action: string): Promise<Answer<T>>;
  conclude(name: CheckName, finding: Finding, startedAt: number): void;
}
