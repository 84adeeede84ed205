import {
  type CredentialsSource,
  type Environment,
  type Profile,
  type ProfileInput,
  profileInputSchema,
} from '../../shared/models.ts';

/** What the profile editor's fields hold: text, as it is typed. */
export interface ProfileForm {
  readonly name: string;
  readonly environment: Environment;
  readonly credentials: CredentialsSource['kind'];
  readonly sharedName: string;
  readonly region: string;
  readonly endpoint: string;
  readonly target: string;
  readonly documentName: string;
  readonly reason: string;
  readonly parameters: readonly ParameterField[];
  readonly maxAttempts: string;
  readonly retryMode: '' | 'standard' | 'adaptive';
}

export interface ParameterField {
  readonly id: string;
  readonly name: string;
  /** One value a line. */
  readonly values: string;
}

export type FormField = Exclude<keyof ProfileForm, 'environment' | 'retryMode' | 'credentials'>;
export type FormErrors = Partial<Record<FormField, string>>;

export const emptyForm: ProfileForm = {
  name: '',
  environment: 'development',
  credentials: 'default-chain',
  sharedName: '',
  region: '',
  endpoint: '',
  target: '',
  documentName: '',
  reason: '',
  parameters: [],
  maxAttempts: '',
  retryMode: '',
};

export function formOf(profile: ProfileInput): ProfileForm {
  const { credentials, parameters = {} } = profile;
  return {
    name: profile.name,
    environment: profile.environment,
    credentials: credentials.kind,
    sharedName: credentials.kind === 'shared-profile' ? credentials.profileName : '',
    region: profile.region ?? '',
    endpoint: profile.endpoint ?? '',
    target: profile.target ?? '',
    documentName: profile.documentName ?? '',
    reason: profile.reason ?? '',
    parameters: Object.entries(parameters).map(([name, values]) => ({
      id: name,
      name,
      values: values.join('\n'),
    })),
    maxAttempts: profile.maxAttempts === undefined ? '' : String(profile.maxAttempts),
    retryMode: profile.retryMode ?? '',
  };
}

/** The copy of a profile to begin a new one with. */
export const copyOf = (profile: Profile): ProfileForm => ({
  ...formOf(profile),
  name: `${profile.name} copy`.slice(0, 80),
});

/** A guess from a shared profile's name, to be corrected. */
export function formForShared(name: string, region: string | undefined): ProfileForm {
  return {
    ...emptyForm,
    name: name.slice(0, 80),
    environment: guessEnvironment(name),
    credentials: 'shared-profile',
    sharedName: name,
    region: region ?? '',
  };
}

function guessEnvironment(name: string): Environment {
  if (/prod|prd|live/i.test(name)) return 'production';
  if (/stag|stg|uat|preprod/i.test(name)) return 'staging';
  if (/dev|test|sandbox/i.test(name)) return 'development';
  return 'other';
}

const sentences: Record<FormField, string> = {
  name: 'A name of 1 to 80 characters.',
  sharedName: 'The name of a profile in your AWS files.',
  region: 'A Region looks like eu-west-1.',
  endpoint: 'An address that begins with https://, or http:// on this machine.',
  target: 'At most 400 characters.',
  documentName: '3 to 128 letters, digits and _ - . : /',
  reason: 'At most 256 characters.',
  parameters: 'Each parameter needs a name of its own and at least one value.',
  maxAttempts: 'A whole number from 1 to 10.',
};

/** The profile as the contract wants it, or what is wrong with which field. */
export function readForm(form: ProfileForm): { profile: ProfileInput } | { errors: FormErrors } {
  const parsed = profileInputSchema.safeParse(inputOf(form));
  const errors: FormErrors = {};
  if (!parsed.success) {
    for (const { path } of parsed.error.issues) {
      const field = path[0] === 'credentials' ? 'sharedName' : path[0];
      if (isFormField(field)) errors[field] = sentences[field];
    }
  }
  const names = form.parameters.map(({ name }) => name.trim());
  if (new Set(names).size < names.length || names.includes('')) errors.parameters = sentences.parameters;
  if (form.endpoint !== '' && isPlainRemote(form.endpoint)) errors.endpoint = sentences.endpoint;
  return parsed.success && Object.keys(errors).length === 0 ? { profile: parsed.data } : { errors };
}

const isFormField = (field: unknown): field is FormField => typeof field === 'string' && field in sentences;

/** The rule that main enforces; said here while the field is still in front of the person. */
function isPlainRemote(endpoint: string): boolean {
  try {
    const { protocol, hostname } = new URL(endpoint);
    return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  } catch {
    return false;
  }
}

function inputOf(form: ProfileForm): unknown {
  const text = (name: string, value: string) => (value.trim() === '' ? {} : { [name]: value.trim() });
  const isLab = form.credentials === 'lab';
  const parameters = Object.fromEntries(
    form.parameters.map(({ name, values }) => [
      name.trim(),
      values.split('\n').filter((value) => value !== ''),
    ]),
  );
  return {
    name: form.name,
    environment: form.environment,
    credentials:
      form.credentials === 'shared-profile'
        ? { kind: form.credentials, profileName: form.sharedName.trim() }
        : { kind: form.credentials },
    // The lab supplies its own.
    ...(isLab ? {} : { ...text('region', form.region), ...text('endpoint', form.endpoint) }),
    ...text('target', form.target),
    ...text('documentName', form.documentName),
    ...text('reason', form.reason),
    ...(form.parameters.length === 0 ? {} : { parameters }),
    ...(form.maxAttempts.trim() === '' ? {} : { maxAttempts: Number(form.maxAttempts) }),
    ...(form.retryMode === '' ? {} : { retryMode: form.retryMode }),
  };
}
