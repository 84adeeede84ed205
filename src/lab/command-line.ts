import { parseArgs } from 'node:util';
import { type Fault, FaultSyntaxError, parseFault } from './faults/fault.ts';
import type { LabOptions } from './start-lab.ts';

export type Command = { kind: 'help' } | { kind: 'run'; options: LabOptions; json: boolean };

/** Arguments that cannot be understood; the text says which and what was expected. */
export class UsageError extends Error {}

export const usage = `Usage: npm run lab -- [options]

Starts a local stand-in for AWS Systems Manager Session Manager on 127.0.0.1. Its nodes are this machine:
a session is a shell as the user who runs the lab.

  --port N             listen on port N; a free one when absent
  --nodes N            how many nodes to announce (6, and never fewer)
  --regions R,R,…      the Regions it answers for, nodes spread over them (default us-east-1)
  --ecs                with clusters, tasks and containers of ECS, in the first Region
  --pace agent|fast    agent: with the official agent's waits; fast: without them (default fast)
  --quirks             with the official agent's known faults
  --fault JSON         a fault for every session to come, may be repeated, e.g.
                       '{"kind":"cut","direction":"down","every":500,"seed":1}'
  --agent-version V    version that all nodes announce, four numbers (default 3.3.1142.0, two nodes older)
  --close-every MS     close each connection with code 1000 after so many milliseconds, as AWS does hourly
  --approval NODE      sessions on that node need an approval (just-in-time access), may be repeated
  --approve-after MS   requests for it are approved so long after they were made; else on the control URL
  --strict             end a session whose client breaks the protocol's rules, and record the violation
  --json               print one JSON line when ready, and nothing else, on standard output
  --help               this text

Keys are random for each start, unless NODEWHARF_LAB_ACCESS_KEY_ID and NODEWHARF_LAB_SECRET_ACCESS_KEY are set.
`;

/** Throws {@link UsageError}. */
export function parseCommandLine(
  args: readonly string[],
  environment: Record<string, string | undefined>,
): Command {
  const values = readArguments(args);
  if (values.help) return { kind: 'help' };
  const port = wholeNumber(values.port, '--port', 0, 65_535);
  const nodes = wholeNumber(values.nodes, '--nodes', 1, 100_000);
  const regions = values.regions?.split(',').filter((region) => region !== '');
  if (regions?.length === 0) throw new UsageError('--regions is a list of Region names with commas between');
  const pace = values.pace ?? 'fast';
  if (pace !== 'agent' && pace !== 'fast') throw new UsageError('--pace is agent or fast');
  const agentVersion = values['agent-version'];
  if (agentVersion !== undefined && !/^\d+(\.\d+){3}$/.test(agentVersion)) {
    throw new UsageError('--agent-version is four numbers with dots, such as 3.3.1142.0');
  }
  const closeEveryMs = wholeNumber(values['close-every'], '--close-every', 1, 86_400_000);
  const approveAfterMs = wholeNumber(values['approve-after'], '--approve-after', 0, 86_400_000);
  const approvals = {
    nodes: values.approval ?? [],
    ...(approveAfterMs === undefined ? {} : { autoAfterMs: approveAfterMs }),
  };
  const keys = keysFrom(environment);
  return {
    kind: 'run',
    json: values.json ?? false,
    options: {
      pace,
      quirks: values.quirks ?? false,
      faults: (values.fault ?? []).map(readFault),
      ...(port === undefined ? {} : { port }),
      ...(nodes === undefined ? {} : { nodes }),
      ...(regions === undefined ? {} : { regions }),
      ...(values.ecs ? { ecs: true } : {}),
      ...(agentVersion === undefined ? {} : { agentVersion }),
      ...(closeEveryMs === undefined ? {} : { closeEveryMs }),
      ...(approvals.nodes.length === 0 ? {} : { approvals }),
      ...(values.strict ? { isStrict: true } : {}),
      ...(keys === undefined ? {} : { keys }),
    },
  };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        nodes: { type: 'string' },
        regions: { type: 'string' },
        ecs: { type: 'boolean' },
        json: { type: 'boolean' },
        pace: { type: 'string' },
        quirks: { type: 'boolean' },
        fault: { type: 'string', multiple: true },
        'agent-version': { type: 'string' },
        'close-every': { type: 'string' },
        approval: { type: 'string', multiple: true },
        'approve-after': { type: 'string' },
        strict: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the arguments cannot be read');
  }
}

function wholeNumber(text: string | undefined, name: string, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d{1,8}$/.test(text) || value < min || value > max) {
    throw new UsageError(`${name} is a whole number from ${min} to ${max}`);
  }
  return value;
}

function readFault(text: string): Fault {
  try {
    return parseFault(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof FaultSyntaxError ? error.message : 'not JSON';
    throw new UsageError(`--fault ${text}: ${reason}`);
  }
}

function keysFrom(environment: Record<string, string | undefined>): LabOptions['keys'] {
  const accessKeyId = environment['NODEWHARF_LAB_ACCESS_KEY_ID'];
  const secretAccessKey = environment['NODEWHARF_LAB_SECRET_ACCESS_KEY'];
  if (!accessKeyId && !secretAccessKey) return undefined;
  if (!accessKeyId || !secretAccessKey) {
    throw new UsageError('NODEWHARF_LAB_ACCESS_KEY_ID and NODEWHARF_LAB_SECRET_ACCESS_KEY go together');
  }
  return { accessKeyId, secretAccessKey };
}
