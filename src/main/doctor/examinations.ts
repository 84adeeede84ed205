import { randomUUID } from 'node:crypto';
import type { Examination, ExamineRequest } from '../../shared/doctor.ts';
import type { Profile } from '../../shared/models.ts';
import type { Connect } from '../connection.ts';
import { ExaminationRun } from './examination-run.ts';

export interface ExaminationsOptions {
  connect: Connect;
  /** The profile of an id as it connects to the Region of the node, or throws `not-found`. */
  profile(id: string, attempted: string, target: string): Profile;
  now(): number;
  onChanged(examination: Examination): void;
}

/** The examinations that somebody looks at. */
export class Examinations {
  readonly #options: ExaminationsOptions;
  readonly #runs = new Map<string, ExaminationRun>();

  constructor(options: ExaminationsOptions) {
    this.#options = options;
  }

  /** Answers at once; findings come as news. */
  begin(request: ExamineRequest): Examination {
    const { connect, profile, now, onChanged } = this.#options;
    const id = randomUUID();
    const run = new ExaminationRun({
      id,
      request,
      profile: profile(request.profileId, 'Find out why a session cannot be started', request.target),
      connect,
      now,
      onChanged,
    });
    this.#runs.set(id, run);
    return run.report();
  }

  /** Stops looking. */
  stop(id: string): void {
    this.#runs.get(id)?.stop();
    this.#runs.delete(id);
  }

  stopAll(): void {
    for (const run of this.#runs.values()) run.stop();
    this.#runs.clear();
  }
}
