import { ApiError } from '../api/api-error.ts';

/**
 * The parameters of a call in the EC2 query protocol: a form whose names spell lists and structures out, counted from 1.
 *
 *     Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=instance-id&Filter.1.Value.1=i-0123&MaxResults=100
 */
export type QueryForm = ReadonlyMap<string, string>;

export const parseForm = (body: string): QueryForm => new Map(new URLSearchParams(body));

/** The values of `prefix.1`, `prefix.2`, …; an index that is left out ends the list. */
export function listIn(form: QueryForm, prefix: string): string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = form.get(`${prefix}.${index}`);
    if (value === undefined) return values;
    values.push(value);
  }
}

export interface QueryFilter {
  name: string;
  values: string[];
}

/** At most 200 values a filter, as at the service. */
const mostFilterValues = 200;

export function filtersIn(form: QueryForm): QueryFilter[] {
  const filters: QueryFilter[] = [];
  for (let index = 1; ; index += 1) {
    const name = form.get(`Filter.${index}.Name`);
    if (name === undefined) return filters;
    const values = listIn(form, `Filter.${index}.Value`);
    if (values.length > mostFilterValues) {
      throw new ApiError(
        'FilterLimitExceeded',
        `The maximum number of filter values specified on a single call is ${mostFilterValues}`,
      );
    }
    filters.push({ name, values });
  }
}

export function integerIn(form: QueryForm, name: string, min: number, max: number): number | undefined {
  const text = form.get(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < min || value > max) {
    throw new ApiError(
      'InvalidParameterValue',
      `Value ( ${text} ) for parameter ${name} is invalid. Expecting a value between ${min} and ${max}.`,
    );
  }
  return value;
}
