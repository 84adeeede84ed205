import {
  type CredentialsSource,
  type Environment,
  type Profile,
  type ProfileInput,
  profileInputSchema,
} from '../../shared/models.ts';
import { type TargetQuery, targetQuerySchema } from '../../shared/target-query.ts';
import { type FreeParameter, freeParametersOf, linesOf } from '../connect/free-parameters.ts';
import { guessEnvironment } from './guess-environment.ts';
import {
  emptyNetwork,
  type NetworkField,
  type NetworkForm,
  networkFieldAt,
  networkFormOf,
  networkOf,
  networkSentences,
  passwordOf,
  plainRemoteFields,
} from './network-form.ts';
import {
  emptyQuery,
  type QueryField,
  queryFieldAt,
  type QueryForm,
  queryFormOf,
  querySentences,
  typedQuery,
} from './query-form.ts';

/** What the profile editor's fields hold: text, as it is typed. */
export interface ProfileForm {
  readonly name: string;
  readonly environment: Environment;
  readonly credentials: CredentialsSource['kind'];
  readonly sharedName: string;
  readonly region: string;
  /** Further ones, with anything between them. */
  readonly moreRegions: string;
  /** A node's id; what counts where `query` is of no query. */
  readonly target: string;
  readonly query: QueryForm;
  readonly documentName: string;
  readonly reason: string;
  readonly requiresReason: boolean;
  readonly withoutContainers: boolean;
  readonly parameters: readonly FreeParameter[];
  readonly network: NetworkForm;
}

/** Fields of text in the form itself. */
export type OwnField = Exclude<
  keyof ProfileForm,
  'environment' | 'credentials' | 'requiresReason' | 'withoutContainers' | 'network' | 'query'
>;
export type FormField = OwnField | NetworkField | QueryField;
export type FormErrors = Partial<Record<FormField, string>>;

export const emptyForm: ProfileForm = {
  name: '',
  environment: 'development',
  credentials: 'default-chain',
  sharedName: '',
  region: '',
  moreRegions: '',
  target: '',
  query: emptyQuery,
  documentName: '',
  reason: '',
  requiresReason: false,
  withoutContainers: false,
  parameters: [],
  network: emptyNetwork,
};

export function formOf(profile: ProfileInput): ProfileForm {
  const { credentials, parameters } = profile;
  return {
    name: profile.name,
    environment: profile.environment,
    credentials: credentials.kind,
    sharedName: credentials.kind === 'shared-profile' ? credentials.profileName : '',
    region: profile.region ?? '',
    moreRegions: (profile.moreRegions ?? []).join(' '),
    target: profile.target ?? '',
    query: queryFormOf(profile.targetQuery),
    documentName: profile.documentName ?? '',
    reason: profile.reason ?? '',
    requiresReason: profile.requiresReason ?? false,
    withoutContainers: profile.withoutContainers ?? false,
    parameters: freeParametersOf(parameters),
    network: networkFormOf(profile.network),
  };
}

/** The copy of a profile to begin a new one with. */
export const copyOf = (profile: Profile): ProfileForm => ({
  ...formOf(profile),
  name: `${profile.name} copy`.slice(0, 80),
});

/** A guess from a shared profile's name, to be corrected. */
export function formForShared(name: string): ProfileForm {
  return {
    ...emptyForm,
    name: name.slice(0, 80),
    environment: guessEnvironment(name),
    credentials: 'shared-profile',
    sharedName: name,
  };
}

const sentences: Record<FormField, string> = {
  name: 'A name of 1 to 80 characters.',
  sharedName: 'The name of a profile in your AWS files.',
  region: 'A Region looks like eu-west-1.',
  moreRegions: 'Up to 32 Regions, such as eu-central-1 us-east-1.',
  target: 'At most 400 characters.',
  documentName: '3 to 128 letters, digits and _ - . : /',
  reason: 'At most 256 characters.',
  parameters: 'Each parameter needs a name of its own and at least one value.',
  ...networkSentences,
  ...querySentences,
};

/** What is saved: the profile as the contract wants it, and the password of its proxy where one was typed or is to go. */
export interface FilledForm {
  readonly profile: ProfileInput;
  readonly proxyPassword?: string;
}

/** What is saved, or what is wrong with which field. */
export function readForm(form: ProfileForm): FilledForm | { errors: FormErrors } {
  const parsed = profileInputSchema.safeParse(inputOf(form));
  const errors: FormErrors = {};
  if (!parsed.success) {
    for (const { path } of parsed.error.issues) {
      const field = fieldAt(path);
      if (field !== undefined) errors[field] = sentences[field];
    }
  }
  const names = form.parameters.map(({ name }) => name.trim());
  if (new Set(names).size < names.length || names.includes('')) errors.parameters = sentences.parameters;
  if (form.credentials !== 'lab') {
    for (const field of plainRemoteFields(form.network)) errors[field] = sentences[field];
  }
  if (!parsed.success || Object.keys(errors).length > 0) return { errors };
  const proxyPassword = passwordOf(form.network);
  return { profile: parsed.data, ...(proxyPassword === undefined ? {} : { proxyPassword }) };
}

function fieldAt([first, ...rest]: readonly PropertyKey[]): FormField | undefined {
  if (first === 'credentials') return 'sharedName';
  if (first === 'network') return networkFieldAt(rest);
  if (first === 'targetQuery') return queryFieldAt(rest);
  return typeof first === 'string' && first in emptyForm ? (first as OwnField) : undefined;
}

/** The query that the form holds; undefined while it is none. */
export const queryIn = ({ query }: ProfileForm): TargetQuery | undefined =>
  targetQuerySchema.safeParse(typedQuery(query)).data;

/** Each once, and without the first one. */
function regionsOf({ region, moreRegions }: ProfileForm): string[] {
  const all = moreRegions.split(/[\s,;]+/).filter((each) => each !== '' && each !== region.trim());
  return [...new Set(all)];
}

function inputOf(form: ProfileForm): unknown {
  const text = (name: string, value: string) => (value.trim() === '' ? {} : { [name]: value.trim() });
  const isLab = form.credentials === 'lab';
  const regions = regionsOf(form);
  const network = networkOf(form.network, isLab);
  const query = typedQuery(form.query);
  const parameters = Object.fromEntries(
    form.parameters.map((parameter) => [parameter.name.trim(), linesOf(parameter)]),
  );
  return {
    name: form.name,
    environment: form.environment,
    credentials:
      form.credentials === 'shared-profile'
        ? { kind: form.credentials, profileName: form.sharedName.trim() }
        : { kind: form.credentials },
    // The lab supplies its own.
    ...(isLab
      ? {}
      : { ...text('region', form.region), ...(regions.length === 0 ? {} : { moreRegions: regions }) }),
    ...(query === undefined ? text('target', form.target) : { targetQuery: query }),
    ...text('documentName', form.documentName),
    ...text('reason', form.reason),
    ...(form.requiresReason ? { requiresReason: true } : {}),
    ...(form.withoutContainers ? { withoutContainers: true } : {}),
    ...(form.parameters.length === 0 ? {} : { parameters }),
    ...(network === undefined ? {} : { network }),
  };
}
