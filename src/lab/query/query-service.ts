import type { ApiContext } from '../api/context.ts';
import type { ApiError } from '../api/api-error.ts';
import type { Signed } from '../api/signature.ts';
import type { QueryForm } from './query-form.ts';
import type { XmlValue } from './xml.ts';

/** Answers one call; throws {@link ApiError}. */
export type QueryOperation = (form: QueryForm, context: ApiContext, signed: Signed) => XmlValue;

/** A service of the endpoint in the query protocol: a form comes in, XML goes out. */
export interface QueryService {
  signingName: string;
  /** The one `Version` that a form may ask for. */
  apiVersion: string;
  /** By the name of the call. */
  operations: Readonly<Record<string, QueryOperation>>;
  /** Those that need no signature. */
  openOperations?: Readonly<Record<string, (form: QueryForm, context: ApiContext) => XmlValue>>;
  /** The document around an answer, and that of an error. */
  answerDocument(action: string, requestId: string, answer: XmlValue): string;
  errorDocument(requestId: string, error: ApiError): string;
}
