import { documentProperties } from '../../document-values.ts';
import type { Verdict } from '../agent-channel.ts';
import { failedProgram } from '../failed-program.ts';
import type { Program, ProgramHost } from '../program.ts';
import { agentHas, clientRules } from '../versions.ts';
import { BasicPort, connectFailure } from './basic-port.ts';
import { resolveDestination } from './destination.ts';
import { MuxPort } from './mux-port.ts';
import { localPortForwarding, type PortProperties, readPortProperties } from './port-properties.ts';

/** A Port session (protocol notes, sections 6.4 to 6.7). */
export function startPort(host: ProgramHost): Program {
  try {
    return new PortProgram(host, readPortProperties(documentProperties(host.record)));
  } catch (error) {
    return failedProgram(host, error instanceof Error ? error.message : 'unknown', 0);
  }
}

/** Not ready until its destination is known and, with one connection, connected. */
class PortProgram implements Program {
  readonly #host: ProgramHost;
  #variant: Program | undefined;
  #isOver = false;

  constructor(host: ProgramHost, properties: PortProperties) {
    this.#host = host;
    this.#choose(properties).then(
      (variant) => {
        this.#variant = variant;
        if (this.#isOver) void variant.kill();
        else host.retry();
      },
      (error: Error) => host.end({ status: 'Failed', output: error.message }, 'quiet'),
    );
  }

  take(payloadType: number, payload: Uint8Array): Verdict {
    return this.#variant?.take(payloadType, payload) ?? 'not-ready';
  }

  wake(): void {
    this.#variant?.wake();
  }

  async kill(): Promise<void> {
    this.#isOver = true;
    await this.#variant?.kill();
  }

  async #choose({ host: name, portNumber, type }: PortProperties): Promise<Program> {
    const host = this.#host;
    const { agentVersion } = host.record.node;
    const remote = agentHas(agentVersion, 'remoteHost') ? name : '';
    const destination = await resolveDestination(remote, Number(portNumber));
    const isForwarding = type === localPortForwarding;
    if (isForwarding && isMultiplexed(agentVersion, host.clientVersion)) {
      return new MuxPort(host, destination, hasKeepalive(agentVersion, host.clientVersion));
    }
    try {
      return new BasicPort(host, destination, await destination.dial(), isForwarding);
    } catch (error) {
      // The official agent crashes here and so tells nothing (section 15).
      throw host.quirks ? new Error('') : new Error(connectFailure(error as Error));
    }
  }
}

function isMultiplexed(agentVersion: string, clientVersion: string): boolean {
  return agentHas(agentVersion, 'multiplexing') && clientRules.understandsMultiplexing(clientVersion);
}

/** Section 5.6: on, then off for all, then on for all, then by what the client says. */
function hasKeepalive(agentVersion: string, clientVersion: string): boolean {
  if (agentHas(agentVersion, 'keepaliveByClient')) return !clientRules.wantsNoKeepalive(clientVersion);
  return agentHas(agentVersion, 'keepaliveAgain') || !agentHas(agentVersion, 'noKeepalive');
}
