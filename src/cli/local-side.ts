import { isIP } from 'node:net';
import type { DocumentParameters } from '../shared/models.ts';
import type { LocalAddress } from '../ssm/node/port/local-address.ts';
import { builtInDocument } from './built-in-documents.ts';

export interface LocalOptions {
  port: string | undefined;
  socket: string | undefined;
  bind: string | undefined;
  /** Other computers may connect, too. */
  mayExpose: boolean;
}

const loopback = '127.0.0.1';

/** Where a tunnel is to listen, or a sentence about what is wrong. */
export function readLocalAddress({ port, socket, bind, mayExpose }: LocalOptions): LocalAddress | string {
  if (socket !== undefined) {
    if (port !== undefined || bind !== undefined)
      return '--local-socket goes without --local-port and --bind';
    return socket === '' ? '--local-socket needs a path' : { kind: 'unix', path: socket };
  }
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65_536))
    return '--local-port is a number from 0 to 65535; 0 takes a free one';
  const host = bind ?? loopback;
  if (host !== 'localhost' && isIP(host) === 0)
    return '--bind is an address of this computer, such as 127.0.0.1';
  if (!isLoopback(host) && !mayExpose)
    return 'this --bind address lets other computers into the tunnel; add --expose if that is meant';
  return { kind: 'tcp', host, port: Number(port ?? '0') };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/**
 * Where one of the service's own tunnel documents will be told to listen, so that a conflict is known before there is a
 * session. Of other documents it is known only from the session itself.
 */
export function plannedAddress(
  documentName: string | undefined,
  parameters: DocumentParameters | undefined,
): LocalAddress | undefined {
  if (documentName === builtInDocument.forwardToSocket) {
    const path = parameters?.['localUnixSocket']?.[0];
    return path === undefined ? undefined : { kind: 'unix', path };
  }
  if (documentName !== builtInDocument.forward && documentName !== builtInDocument.forwardToHost)
    return undefined;
  const address = readLocalAddress({
    port: parameters?.['localPortNumber']?.[0],
    socket: undefined,
    bind: undefined,
    mayExpose: false,
  });
  return typeof address === 'string' ? undefined : address;
}
