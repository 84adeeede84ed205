import {
  type Check,
  type CheckName,
  checkNamesFor,
  type Examination,
  type ExamineRequest,
  type Finding,
} from '../../shared/doctor.ts';
import type { Profile } from '../../shared/models.ts';
import { unknown } from './findings.ts';

export interface ReportOptions {
  id: string;
  request: ExamineRequest;
  /** As it connects to the Region of the node. */
  profile: Profile;
  /** Epoch milliseconds. */
  now(): number;
  onChanged(examination: Examination): void;
}

/** What an examination has found so far; every change is told. */
export class ExaminationReport {
  readonly #options: ReportOptions;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly #checks: Map<CheckName, Check['state']>;
  #region: string;
  #progress: Examination['progress'] = 'running';

  constructor(options: ReportOptions) {
    this.#options = options;
    this.startedAt = options.now();
    this.#region = options.profile.region ?? '';
    this.#checks = new Map(checkNamesFor(options.request).map((name) => [name, { kind: 'waiting' }]));
  }

  get region(): string {
    return this.#region;
  }

  get isRunning(): boolean {
    return this.#progress === 'running';
  }

  get names(): readonly CheckName[] {
    return [...this.#checks.keys()];
  }

  value(): Examination {
    const { id, profile, request } = this.#options;
    const { target, nodeName, documentName } = request;
    return {
      id,
      profileName: profile.name,
      region: this.#region,
      target,
      nodeName: nodeName ?? target,
      ...(documentName === undefined ? {} : { documentName }),
      startedAt: this.startedAt,
      progress: this.#progress,
      checks: [...this.#checks].map(([name, state]) => ({ name, state })),
    };
  }

  /** Told with the next change. */
  inRegion(region: string): void {
    this.#region = region;
  }

  /** @returns when they began, epoch milliseconds */
  begin(...names: CheckName[]): number {
    for (const name of names) {
      if (this.#checks.get(name)?.kind === 'waiting') this.#checks.set(name, { kind: 'running' });
    }
    this.#tell();
    return this.#options.now();
  }

  conclude(name: CheckName, finding: Finding, tookMs: number): void {
    if (!this.isRunning) return;
    this.#checks.set(name, { kind: 'done', finding, tookMs });
    this.#tell();
  }

  stop(): void {
    this.#end('stopped', 'Stopped before it was found out.');
  }

  finish(): void {
    this.#end('finished', 'It was not found out.');
  }

  #end(progress: 'stopped' | 'finished', otherwise: string): void {
    if (!this.isRunning) return;
    this.#progress = progress;
    for (const [name, state] of this.#checks) {
      if (state.kind === 'done') continue;
      this.#checks.set(name, { kind: 'done', finding: unknown(otherwise), tookMs: 0 });
    }
    this.#tell();
  }

  #tell(): void {
    this.#options.onChanged(this.value());
  }
}
