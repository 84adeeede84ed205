import type { DocumentParameters } from '../../shared/models.ts';

/** A parameter given by hand, as it is typed: what the document offers is not known, or not yet. */
export interface FreeParameter {
  readonly id: string;
  readonly name: string;
  /** One value a line. */
  readonly text: string;
}

export const freeParametersOf = (parameters: DocumentParameters = {}): FreeParameter[] =>
  Object.entries(parameters).map(([name, values]) => ({ id: name, name, text: values.join('\n') }));

/** Those with a name and a value; undefined where there are none. */
export function givenParameters(free: readonly FreeParameter[]): DocumentParameters | undefined {
  const given = free
    .map((parameter) => [parameter.name.trim(), linesOf(parameter)] as const)
    .filter(([name, values]) => name !== '' && values.length > 0);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

export const linesOf = ({ text }: FreeParameter): string[] => text.split('\n').filter((line) => line !== '');
