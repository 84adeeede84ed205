import { AppError, type ErrorCode } from '../../shared/errors.ts';

/** On so many members of a query a session is tried: agents take minutes to be missed by the service. */
const mostTries = 3;

/** The members of a query that one session is tried on, each once. */
export class MemberTries<Picked> {
  readonly #pick: (without: ReadonlySet<string>) => Promise<Picked>;
  /** Those that were not connected after all, and what the service said of the last one. */
  readonly #tried = new Set<string>();
  #refusal: AppError | undefined;

  /** @param pick finds a healthy member that is none of these targets; rejects with `no-healthy-member` */
  constructor(pick: (without: ReadonlySet<string>) => Promise<Picked>) {
    this.#pick = pick;
  }

  async next(): Promise<Picked> {
    try {
      return await this.#pick(this.#tried);
    } catch (error) {
      // That another member was looked for in vain says less than what was wrong with the last one.
      throw isCode(error, 'no-healthy-member') ? (this.#refusal ?? error) : error;
    }
  }

  /** After a start that failed: whether another member is to be tried. */
  mayGoOn(target: string, error: unknown): boolean {
    if (!isCode(error, 'target-not-connected') || this.#tried.has(target)) return false;
    this.#tried.add(target);
    this.#refusal = error;
    return this.#tried.size < mostTries;
  }
}

const isCode = (error: unknown, code: ErrorCode): error is AppError =>
  error instanceof AppError && error.data.code === code;
