import { readdir, readFile, readlink } from 'node:fs/promises';

/** A row of /proc/net/tcp or tcp6, as proc(5) describes it. Addresses are in the kernel's hexadecimal form. */
export interface TcpRow {
  localAddress: string;
  localPort: number;
  remotePort: number;
  state: number;
  /** 0 where no process holds the socket any more. */
  inode: string;
}

export const tcpListening = 0x0a;

/** Reads one of the kernel's tables; lines that are not rows are left out. */
export function parseTcpTable(text: string): TcpRow[] {
  const rows: TcpRow[] = [];
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const [, local, remote, state, , , , , , inode] = fields;
    const localParts = local?.split(':');
    const remotePort = remote?.split(':')[1];
    if (localParts?.length !== 2 || remotePort === undefined || inode === undefined) continue;
    rows.push({
      localAddress: localParts[0] as string,
      localPort: Number.parseInt(localParts[1] as string, 16),
      remotePort: Number.parseInt(remotePort, 16),
      state: Number.parseInt(state as string, 16),
      inode,
    });
  }
  return rows;
}

/** All TCP sockets of this network namespace; empty where the system has no such table. */
export async function readTcpTable(): Promise<TcpRow[]> {
  const texts = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrNothing));
  return texts.flatMap(parseTcpTable);
}

/** The inode of the socket that listens on `path`, from /proc/net/unix. */
export async function listeningUnixInode(path: string): Promise<string | undefined> {
  for (const line of (await readOrNothing('/proc/net/unix')).split('\n')) {
    // Num RefCount Protocol Flags Type St Inode Path; the flag __SO_ACCEPTCON is set while it listens.
    const match = /^\S+ \S+ \S+ (\S+) \S+ \S+\s+(\d+) (.+)$/.exec(line);
    if (match?.[3] === path && (Number.parseInt(match[1] as string, 16) & 0x10000) !== 0) return match[2];
  }
  return undefined;
}

/** A process, by the name that the kernel keeps for it. */
export interface ProcessName {
  pid: number;
  name: string;
}

/** The process that holds a socket, where this user may see it. */
export async function findSocketOwner(inode: string): Promise<ProcessName | undefined> {
  const wanted = `socket:[${inode}]`;
  for (const pid of await listOrNothing('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    for (const fd of await listOrNothing(`/proc/${pid}/fd`)) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      if (target !== wanted) continue;
      return { pid: Number(pid), name: (await readOrNothing(`/proc/${pid}/comm`)).trim() };
    }
  }
  return undefined;
}

async function readOrNothing(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}

async function listOrNothing(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}
