import type { Environment } from '../../shared/models.ts';

export const environments: readonly { readonly id: Environment; readonly word: string }[] = [
  { id: 'production', word: 'Production' },
  { id: 'staging', word: 'Staging' },
  { id: 'development', word: 'Development' },
  { id: 'lab', word: 'Lab' },
  { id: 'other', word: 'Other' },
];

export const environmentWord = (environment: Environment): string =>
  environments.find(({ id }) => id === environment)?.word ?? 'Other';

/** `Acme production, eu-west-1`: the environment's word only where the profile's name does not hold it. */
export function whereWords(profileName: string, environment: Environment, region: string): string {
  const word = environmentWord(environment);
  const isSaid = profileName.toLowerCase().includes(word.toLowerCase());
  return [profileName, ...(isSaid ? [] : [word]), ...(region === '' ? [] : [region])].join(', ');
}
