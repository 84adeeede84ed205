import { ApiError } from './api-error.ts';

/** One page of a list, and the token of the next when there is more. */
export interface Page<T> {
  items: T[];
  nextToken?: string;
}

/**
 * Cuts a page out of a list that is complete here. The token is opaque to callers: the offset, named after the
 * operation so that a token of another list is refused.
 */
export function pageOf<T>(
  operation: string,
  all: readonly T[],
  size: number,
  token: string | undefined,
): Page<T> {
  const offset = token === undefined ? 0 : readToken(operation, token);
  if (offset > all.length) throw badToken();
  const end = offset + size;
  const items = all.slice(offset, end);
  return end < all.length ? { items, nextToken: writeToken(operation, end) } : { items };
}

function writeToken(operation: string, offset: number): string {
  return Buffer.from(`${operation}:${offset}`).toString('base64url');
}

function readToken(operation: string, token: string): number {
  const [name, offset, ...rest] = Buffer.from(token, 'base64url').toString().split(':');
  if (name !== operation || offset === undefined || !/^\d{1,9}$/.test(offset) || rest.length > 0)
    throw badToken();
  return Number(offset);
}

function badToken(): ApiError {
  return new ApiError('InvalidNextToken', 'The specified token is not valid.');
}
