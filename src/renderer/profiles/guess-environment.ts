import type { Environment } from '../../shared/models.ts';

/** From the name of a shared profile, to be corrected by whoever knows better. */
export function guessEnvironment(name: string): Environment {
  if (/stag|stg|uat|pre-?prod|non-?prod/i.test(name)) return 'staging';
  if (/prod|prd|live/i.test(name)) return 'production';
  if (/dev|test|sandbox/i.test(name)) return 'development';
  return 'other';
}
