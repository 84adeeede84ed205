import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { toAppError } from '../../../src/aws/errors.ts';
import { createControlPlane } from '../../../src/aws/control-plane.ts';
import { createMemberLookup } from '../../../src/aws/members/member-lookup.ts';
import { createDoctorCalls } from '../../../src/aws/doctor/doctor-calls.ts';
import { credentialsFor } from '../../../src/aws/credentials.ts';
import { type Lab, startLab } from '../../../src/lab/start-lab.ts';
import { Approvals } from '../../../src/main/approvals/approvals.ts';
import { BytesWorkerOwner } from '../../../src/main/bytes/bytes-worker-owner.ts';
import type { ListeningAddress } from '../../../src/main/bytes/session-bytes.ts';
import { monotonicClock } from '../../../src/main/bytes/terminal-link.ts';
import { connectWith } from '../../../src/main/connection.ts';
import { makeSessionKinds, type SessionKinds } from '../../../src/main/sessions/session-kinds.ts';
import { TunnelStore } from '../../../src/main/tunnels/tunnel-store.ts';
import type { CommandRun } from '../../../src/shared/commands.ts';
import type { Profile, SessionSummary } from '../../../src/shared/models.ts';
import type { TunnelStatus } from '../../../src/shared/tunnels.ts';
import { openSession } from '../../../src/ssm/node/open-session.ts';
import { listenLocally } from '../../../src/ssm/node/port/listen-locally.ts';
import { openPortSession } from '../../../src/ssm/node/port/open-port-session.ts';
import { FakeNotes } from './fake-service.ts';
import { FakeWorker } from './fake-worker.ts';
import { idleSignIns, noNetworkSources } from './connecting.ts';
import { FakePage } from './registry-bench.ts';
import { temporaryFolder } from './temporary-folder.ts';

const profile: Profile = {
  id: 'lab',
  name: 'Local lab',
  environment: 'lab',
  credentials: { kind: 'lab' },
  builtIn: true,
};

/** The owners of all sessions with the real drivers, against a lab in this process. */
export interface LabBench extends SessionKinds {
  lab: Lab;
  /** The node that is online. */
  target: string;
  profileId: string;
  notes: FakeNotes;
  /** The kinds of state that the page was told, of all sessions. */
  states: string[];
  command(key: string): CommandRun;
  session(key: string): SessionSummary;
  tunnel(id: string): TunnelStatus;
  /** Everything the shell of that key has printed. */
  attach(key: string): FakePage;
  type(key: string, page: FakePage, text: string): void;
}

export async function labBench(): Promise<LabBench> {
  const lab = await startLab({ pace: 'fast', ecs: true });
  onTestFinished(() => lab.close());
  const connect = connectWith({
    loadAws: () =>
      Promise.resolve({
        createControlPlane,
        createDoctorCalls,
        createMemberLookup,
        credentialsFor,
        toAppError,
        readSharedSettings: () => Promise.resolve({ profiles: [], problems: [] }),
      }),
    openLab: () => Promise.resolve({ ...lab, demoPort: lab.nodes[0]?.demoPort ?? 0, hasEnded: () => false }),
    environment: {},
    network: noNetworkSources,
    signIns: idleSignIns(),
    statuses: { found: () => {} },
  });
  const worker = new BytesWorkerOwner(
    () => new FakeWorker({ openSession, listenLocally, openPortSession }, monotonicClock),
  );
  const notes = new FakeNotes();
  const states: string[] = [];
  const kinds = makeSessionKinds({
    surroundings: {
      connect,
      notes,
      now: Date.now,
      agentVersion: () => undefined,
      requiresReason: () => false,
      approvals: new Approvals({
        connect,
        store: { list: () => [], save: () => {}, remove: () => {} },
        now: Date.now,
        random: Math.random,
        setTimer: monotonicClock.setTimer,
      }),
      onAccessOutcome: (_session, { kind }) => states.push(`access ${kind}`),
    },
    bytes: worker,
    tunnelStore: new TunnelStore(join(temporaryFolder(), 'tunnels.json'), 0, () => {}),
    clock: monotonicClock,
    profile: () => profile,
    onCutOff: () => {},
    tell: (_name, payload) => {
      if (typeof payload === 'object' && 'state' in payload) states.push(payload.state.kind);
    },
  });
  onTestFinished(() => kinds.lives.endAll(5000));
  return {
    ...kinds,
    lab,
    target: lab.nodes.find(({ online }) => online)?.id ?? '',
    profileId: 'lab',
    notes,
    states,
    command: (key) => found(kinds.commands.list().find((run) => run.key === key)),
    session: (key) => found(kinds.sessions.list().find((session) => session.key === key)),
    tunnel: (id) => found(kinds.tunnels.statuses().find(({ tunnelId }) => tunnelId === id)),
    attach: (key) => {
      const page = new FakePage();
      kinds.sessions.bytes(key).attach(page);
      return page;
    },
    type: (key, page, text) => {
      kinds.sessions.bytes(key).receive(page, { kind: 'input', bytes: new TextEncoder().encode(text) });
    },
  };
}

/** Waits for what the lab and the drivers do in their own time. */
export const eventually = (check: () => void): Promise<void> =>
  vi.waitFor(check, { timeout: 10_000, interval: 10 });

/** Asks the lab for a fault of all its sessions. */
export async function fault(lab: Lab, body: object): Promise<void> {
  const answer = await fetch(`${lab.control}/faults`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`The lab refused the fault: ${answer.status} ${await answer.text()}`);
}

export const urlOf = ({ host, port }: ListeningAddress): string => `http://${host}:${port}`;

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It is not there.');
  return value;
}
