import { reasonSchema } from '../../shared/models.ts';
import { defaultLocalHost, isLoopback, type TunnelInput, tunnelInputSchema } from '../../shared/tunnels.ts';
import type { NodeChoice } from '../state/commands.ts';
import type { TunnelStart } from '../state/dialogs.ts';
import { choiceName } from '../nodes/node-choices.ts';

/** What the fields of the tunnel editor hold: text, as it is typed. */
export interface TunnelForm {
  readonly name: string;
  readonly node: NodeChoice | undefined;
  readonly leadsTo: 'node-port' | 'remote-host';
  readonly host: string;
  readonly port: string;
  readonly localPort: string;
  readonly anyLocalPort: boolean;
  readonly isExposed: boolean;
  /** The address other machines reach; used where it is exposed. */
  readonly exposedHost: string;
  /** The warning beside it was answered with yes. */
  readonly exposureAccepted: boolean;
  readonly reason: string;
}

export type TunnelField =
  | 'name'
  | 'node'
  | 'host'
  | 'port'
  | 'localPort'
  | 'exposedHost'
  | 'reason'
  | 'exposureAccepted';
export type TunnelErrors = Partial<Record<TunnelField, string>>;

const anyAddress = '0.0.0.0';
const highestPort = 65_535;

export function formForTunnel(start: TunnelStart & { readonly reason?: string | undefined }): TunnelForm {
  const { name = '', profileId, target, targetQuery, nodeName, destination, local, reason = '' } = start;
  const isExposed = local !== undefined && !isLoopback(local.host);
  return {
    name,
    node:
      profileId === undefined || (target === undefined && targetQuery === undefined)
        ? undefined
        : {
            profileId,
            ...(target === undefined ? {} : { target }),
            ...(targetQuery === undefined ? {} : { targetQuery }),
            ...(nodeName === undefined ? {} : { nodeName }),
          },
    leadsTo: destination?.kind ?? 'node-port',
    host: destination?.kind === 'remote-host' ? destination.host : '',
    port: destination === undefined ? '' : String(destination.port),
    localPort: local === undefined || local.port === 0 ? '' : String(local.port),
    anyLocalPort: local?.port === 0,
    isExposed,
    exposedHost: isExposed ? local.host : anyAddress,
    exposureAccepted: isExposed,
    reason,
  };
}

const sentences: Record<TunnelField, string> = {
  name: 'A name of 1 to 80 characters.',
  node: 'Choose the node that the tunnel goes through.',
  host: 'A name or an address that the node can reach.',
  port: 'A port from 1 to 65535.',
  localPort: 'A port from 1 to 65535, or any free one.',
  exposedHost: 'An address of this computer, or 0.0.0.0 for all of them.',
  exposureAccepted: 'Say that this is what you want.',
  reason: 'At most 256 characters.',
};

/** What a tunnel is called when nobody has named it: `lab-web port 8080`. */
export function suggestedName(form: TunnelForm): string {
  const { node, port, host, leadsTo } = form;
  if (node === undefined || port.trim() === '') return '';
  const place = choiceName(node).slice(0, 40);
  const words = leadsTo === 'remote-host' && host.trim() !== '' ? `${host.trim()}:${port}` : `port ${port}`;
  return `${place} ${words}`.slice(0, 80);
}

const keptHost = ({ isExposed, exposedHost }: TunnelForm, previous: string | undefined): string => {
  if (isExposed) return exposedHost.trim();
  return previous !== undefined && isLoopback(previous) ? previous : defaultLocalHost;
};

/**
 * The tunnel as the contract wants it, or what is wrong with which field. `previousHost`: a loopback address that was chosen
 * by other means stays.
 */
export function readTunnelForm(
  form: TunnelForm,
  previousHost?: string,
): { tunnel: TunnelInput } | { errors: TunnelErrors } {
  const host = keptHost(form, previousHost);
  const reason = form.reason.trim();
  const localPort = portOf(form.localPort.trim() || suggestedLocalPort(form.port));
  const input = {
    name: form.name.trim() || suggestedName(form),
    profileId: form.node?.profileId,
    ...(form.node?.target === undefined ? {} : { target: form.node.target }),
    ...(form.node?.targetQuery === undefined ? {} : { targetQuery: form.node.targetQuery }),
    ...(form.node?.nodeName === undefined ? {} : { nodeName: form.node.nodeName }),
    destination: {
      kind: form.leadsTo,
      port: portOf(form.port),
      ...(form.leadsTo === 'remote-host' ? { host: form.host.trim() } : {}),
    },
    local: {
      host,
      port: form.anyLocalPort ? 0 : localPort,
      ...(isLoopback(host) ? {} : { exposeToNetwork: true }),
    },
    ...(reason === '' ? {} : { reason }),
  };
  const parsed = tunnelInputSchema.safeParse(input);
  const errors: TunnelErrors = {};
  for (const { path } of parsed.error?.issues ?? []) {
    const field = fieldOf(path);
    if (field !== undefined) errors[field] = sentences[field];
  }
  if (!form.anyLocalPort && localPort === 0) errors.localPort = sentences.localPort;
  // It would have been the same as the far one, which is what is wrong.
  if (form.localPort.trim() === '' && errors.port !== undefined) delete errors.localPort;
  if (form.name.trim() === '' && (errors.port ?? errors.node) !== undefined) delete errors.name;
  if (form.isExposed && !form.exposureAccepted) errors.exposureAccepted = sentences.exposureAccepted;
  if (reason !== '' && !reasonSchema.safeParse(reason).success) errors.reason = sentences.reason;
  return parsed.success && Object.keys(errors).length === 0 ? { tunnel: parsed.data } : { errors };
}

/** The whole number a field holds; NaN fails every schema. */
const portOf = (text: string): number => (/^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN);

function fieldOf(path: readonly PropertyKey[]): TunnelField | undefined {
  const [first, second] = path;
  if (first === 'profileId' || first === 'target' || first === 'nodeName') return 'node';
  if (first === 'destination') return second === 'host' ? 'host' : 'port';
  if (first === 'local') return second === 'port' ? 'localPort' : 'exposedHost';
  return first === 'name' || first === 'reason' ? first : undefined;
}

/** What the local port is likely to be: the same as the far one, where ordinary programs may take it. */
export const suggestedLocalPort = (port: string): string => {
  const number = portOf(port);
  if (!(number >= 1 && number <= highestPort)) return '';
  return String(number < 1024 ? number + 10_000 : number);
};
