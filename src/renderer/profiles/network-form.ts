import type { Network, Proxy } from '../../shared/network.ts';

/** How a profile reaches AWS, as the text and the choices of the editor's fold. */
export interface NetworkForm {
  readonly endpointSsm: string;
  readonly endpointMessages: string;
  readonly endpointKms: string;
  readonly endpointSts: string;
  readonly endpointEc2: string;
  readonly endpointEcs: string;
  readonly proxy: Proxy['kind'];
  readonly proxyUrl: string;
  readonly proxyUser: string;
  /** As it is typed. One that is kept is never told. */
  readonly proxyPassword: string;
  /** The password that is kept is to go. */
  readonly forgetsPassword: boolean;
  readonly caFile: string;
  /** Empty: as the AWS settings of this computer say. */
  readonly fips: YesNo;
  readonly dualstack: YesNo;
  readonly retryMode: '' | 'standard' | 'adaptive';
  readonly maxAttempts: string;
  readonly connectTimeout: string;
  readonly answerTimeout: string;
}

const endpointFields = [
  'endpointSsm',
  'endpointMessages',
  'endpointKms',
  'endpointSts',
  'endpointEc2',
  'endpointEcs',
] as const;

export type YesNo = '' | 'yes' | 'no';

/** Fields of text, which can hold something wrong. */
export type NetworkField = Exclude<
  keyof NetworkForm,
  'proxy' | 'fips' | 'dualstack' | 'retryMode' | 'forgetsPassword'
>;

export const emptyNetwork: NetworkForm = {
  endpointSsm: '',
  endpointMessages: '',
  endpointKms: '',
  endpointSts: '',
  endpointEc2: '',
  endpointEcs: '',
  proxy: 'environment',
  proxyUrl: '',
  proxyUser: '',
  proxyPassword: '',
  forgetsPassword: false,
  caFile: '',
  fips: '',
  dualstack: '',
  retryMode: '',
  maxAttempts: '',
  connectTimeout: '',
  answerTimeout: '',
};

export function networkFormOf(network: Network = {}): NetworkForm {
  const { endpoints = {}, proxy = { kind: 'environment' } as const, useFips, useDualstack } = network;
  return {
    ...emptyNetwork,
    endpointSsm: endpoints.ssm ?? '',
    endpointMessages: endpoints.ssmmessages ?? '',
    endpointKms: endpoints.kms ?? '',
    endpointSts: endpoints.sts ?? '',
    endpointEc2: endpoints.ec2 ?? '',
    endpointEcs: endpoints.ecs ?? '',
    proxy: proxy.kind,
    proxyUrl: proxy.kind === 'url' ? proxy.url : '',
    proxyUser: proxy.kind === 'url' ? (proxy.username ?? '') : '',
    caFile: network.caFile ?? '',
    fips: yesNo(useFips),
    dualstack: yesNo(useDualstack),
    retryMode: network.retryMode ?? '',
    maxAttempts: text(network.maxAttempts),
    connectTimeout: text(network.connectTimeoutS),
    answerTimeout: text(network.answerTimeoutS),
  };
}

/** Whether anything in it is other than left alone: then the fold is open. */
export const isNetworkSet = (form: NetworkForm): boolean =>
  JSON.stringify({ ...form, forgetsPassword: false }) !== JSON.stringify(emptyNetwork);

/** As the contract wants it, unchecked; undefined where all is left alone. The lab has its own addresses. */
export function networkOf(form: NetworkForm, isLab: boolean): unknown {
  const endpoints = {
    ...given('ssm', form.endpointSsm),
    ...given('ssmmessages', form.endpointMessages),
    ...given('kms', form.endpointKms),
    ...given('sts', form.endpointSts),
    ...given('ec2', form.endpointEc2),
    ...given('ecs', form.endpointEcs),
  };
  const places = {
    ...(Object.keys(endpoints).length === 0 ? {} : { endpoints }),
    ...(form.proxy === 'environment' ? {} : { proxy: proxyOf(form) }),
    ...given('caFile', form.caFile),
    ...(form.fips === '' ? {} : { useFips: form.fips === 'yes' }),
    ...(form.dualstack === '' ? {} : { useDualstack: form.dualstack === 'yes' }),
  };
  const limits = {
    ...(form.retryMode === '' ? {} : { retryMode: form.retryMode }),
    ...number('maxAttempts', form.maxAttempts),
    ...number('connectTimeoutS', form.connectTimeout),
    ...number('answerTimeoutS', form.answerTimeout),
  };
  const network = isLab ? limits : { ...places, ...limits };
  return Object.keys(network).length === 0 ? undefined : network;
}

/** What is to become of the password that is kept; undefined: nothing. */
export function passwordOf({ proxy, proxyPassword, forgetsPassword }: NetworkForm): string | undefined {
  if (proxy !== 'url') return undefined;
  if (proxyPassword !== '') return proxyPassword;
  return forgetsPassword ? '' : undefined;
}

/** Members of the contract's network by the field that they are typed in. */
const fields: Readonly<Record<string, NetworkField>> = {
  'endpoints.ssm': 'endpointSsm',
  'endpoints.ssmmessages': 'endpointMessages',
  'endpoints.kms': 'endpointKms',
  'endpoints.sts': 'endpointSts',
  'endpoints.ec2': 'endpointEc2',
  'endpoints.ecs': 'endpointEcs',
  'proxy.url': 'proxyUrl',
  'proxy.username': 'proxyUser',
  caFile: 'caFile',
  maxAttempts: 'maxAttempts',
  connectTimeoutS: 'connectTimeout',
  answerTimeoutS: 'answerTimeout',
};

export const networkFieldAt = (path: readonly PropertyKey[]): NetworkField | undefined =>
  fields[path.map(String).join('.')];

const anAddress = 'An address that begins with https://, or http:// on this machine.';

export const networkSentences: Record<NetworkField, string> = {
  endpointSsm: anAddress,
  endpointMessages: anAddress,
  endpointKms: anAddress,
  endpointSts: anAddress,
  endpointEc2: anAddress,
  endpointEcs: anAddress,
  proxyUrl: 'An address such as http://proxy.example.com:3128, with no user and no password in it.',
  proxyUser: 'At most 256 characters.',
  proxyPassword: 'At most 1024 characters.',
  caFile: 'The path of a file with certificates in PEM.',
  maxAttempts: 'A whole number from 1 to 10.',
  connectTimeout: 'Whole seconds, from 1 to 120.',
  answerTimeout: 'Whole seconds, from 1 to 600.',
};

/** The rule that main enforces; said here while the field is still in front of the person. */
export function plainRemoteFields(form: NetworkForm): NetworkField[] {
  return endpointFields.filter((field) => isPlainRemote(form[field].trim()));
}

function isPlainRemote(endpoint: string): boolean {
  try {
    const { protocol, hostname } = new URL(endpoint);
    return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  } catch {
    return false;
  }
}

function proxyOf({ proxy, proxyUrl, proxyUser }: NetworkForm): unknown {
  if (proxy !== 'url') return { kind: proxy };
  return { kind: 'url', url: proxyUrl.trim(), ...given('username', proxyUser) };
}

const yesNo = (value: boolean | undefined): YesNo => (value === undefined ? '' : value ? 'yes' : 'no');
const text = (value: number | undefined): string => (value === undefined ? '' : String(value));
const given = (name: string, value: string) => (value.trim() === '' ? {} : { [name]: value.trim() });
const number = (name: string, value: string) => (value.trim() === '' ? {} : { [name]: Number(value) });

/** What is set, in a few words, for the fold while it is closed. */
export function networkSummary(form: NetworkForm, isLab: boolean): string {
  const places = [
    ...(endpointFields.some((field) => form[field] !== '') ? ['endpoints'] : []),
    ...(form.fips === 'yes' ? ['FIPS'] : []),
    ...(form.dualstack === 'yes' ? ['dual-stack'] : []),
    ...(form.proxy === 'environment' ? [] : [form.proxy === 'none' ? 'no proxy' : 'proxy']),
    ...(form.caFile === '' ? [] : ['certificates']),
  ];
  const limits = [
    ...(form.maxAttempts === '' && form.retryMode === '' ? [] : ['retries']),
    ...(form.connectTimeout === '' && form.answerTimeout === '' ? [] : ['timeouts']),
  ];
  const set = isLab ? limits : [...places, ...limits];
  if (set.length > 0) return `set: ${set.join(', ')}`;
  return isLab ? 'retries, timeouts' : 'endpoints, proxy, certificates, retries, timeouts';
}
