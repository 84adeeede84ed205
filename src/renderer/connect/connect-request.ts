import type { DocumentFacts } from '../../shared/document-facts.ts';
import type { AppErrorData } from '../../shared/errors.ts';
import type { DocumentParameters } from '../../shared/models.ts';
import type { OpenRequest } from '../state/tabs.ts';
import { hasTerminal, isDocumentName, kindWord } from './document-words.ts';
import { type ParameterTexts, parameterProblem, parametersOf } from './parameter-values.ts';
import { reasonProblem } from './reason.ts';

/** What the form holds, as typed. */
export interface ConnectForm {
  readonly reason: string;
  /** Empty: the account's default. */
  readonly documentName: string;
  readonly texts: ParameterTexts;
}

/** What is known of the document that the form names. */
export type DocumentInForm =
  | { readonly kind: 'none' | 'loading' }
  | { readonly kind: 'failed'; readonly error: AppErrorData }
  | { readonly kind: 'ready'; readonly value: DocumentFacts };

export interface ConnectProblems {
  readonly reason?: string;
  readonly documentName?: string;
  /** By name. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What stands in the way of starting, field by field; patterns apart, which take their time. */
export function connectProblems(
  form: ConnectForm,
  document: DocumentInForm,
  isReasonRequired: boolean,
): ConnectProblems {
  const reason = reasonProblem(form.reason, isReasonRequired);
  const documentName = documentProblem(form.documentName, document);
  const parameters = Object.fromEntries(
    parametersIn(document).flatMap((parameter) => {
      const problem = parameterProblem(parameter, form.texts[parameter.name] ?? '');
      return problem === undefined ? [] : [[parameter.name, problem] as const];
    }),
  );
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(documentName === undefined ? {} : { documentName }),
    parameters,
  };
}

export const parametersIn = (document: DocumentInForm): DocumentFacts['parameters'] =>
  document.kind === 'ready' ? document.value.parameters : [];

/**
 * Only what is sure to fail: a document that is not there, that is none for sessions, or that starts something without a
 * terminal. Where it could not be looked at, the start finds out.
 */
function documentProblem(name: string, document: DocumentInForm): string | undefined {
  if (name !== '' && !isDocumentName(name)) return 'A name or an ARN: 3 to 128 letters, digits and _ - . : /';
  if (document.kind === 'failed') {
    const { code, message, hint } = document.error;
    const isSure = code === 'document-not-session' || (code === 'document-not-found' && name !== '');
    return isSure ? `${message} ${hint}` : undefined;
  }
  if (document.kind !== 'ready' || hasTerminal(document.value.sessionType)) return undefined;
  const kind = document.value.sessionType === undefined ? '' : kindWord(document.value.sessionType);
  return `It starts sessions without a terminal (${kind}), which do not open in a tab.`;
}

export const hasProblems = ({ reason, documentName, parameters }: ConnectProblems): boolean =>
  reason !== undefined || documentName !== undefined || Object.keys(parameters).length > 0;

/** The session to open. `free`: parameters given by hand, where the document's own are not known. */
export function requestOf(
  request: OpenRequest,
  form: ConnectForm,
  document: DocumentInForm,
  free: DocumentParameters | undefined,
): OpenRequest {
  const { documentName: _document, reason: _reason, parameters: _parameters, ...place } = request;
  const reason = form.reason.trim();
  const parameters = document.kind === 'ready' ? parametersOf(document.value.parameters, form.texts) : free;
  return {
    ...place,
    ...(form.documentName === '' ? {} : { documentName: form.documentName }),
    ...(reason === '' ? {} : { reason }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}
