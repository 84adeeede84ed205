import * as net from 'node:net';
import {
  findSocketOwner,
  listeningUnixInode,
  type ProcessName,
  readTcpTable,
  tcpListening,
} from './linux-sockets.ts';
import type { LocalAddress } from './local-address.ts';

/** The process that listens on `address`, where the system tells: on Linux, through /proc. Never rejects. */
export async function findPortOwner(address: LocalAddress): Promise<ProcessName | undefined> {
  if (process.platform !== 'linux') return undefined;
  const inode =
    address.kind === 'unix'
      ? await listeningUnixInode(address.path)
      : await listeningTcpInode(address.host, address.port);
  return inode === undefined ? undefined : findSocketOwner(inode);
}

/** A listener on the same address comes first, then one on all addresses, then any on that port. */
async function listeningTcpInode(host: string, port: number): Promise<string | undefined> {
  const rows = (await readTcpTable()).filter((row) => row.state === tcpListening && row.localPort === port);
  const exact = net.isIPv4(host) ? kernelForm(host) : undefined;
  const best =
    rows.find((row) => row.localAddress === exact) ??
    rows.find((row) => /^0+$/.test(row.localAddress)) ??
    rows[0];
  return best?.inode;
}

/** The kernel prints the four bytes of an IPv4 address as one number of this machine; all of ours are little-endian. */
function kernelForm(host: string): string {
  const bytes = host.split('.').map(Number).reverse();
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
