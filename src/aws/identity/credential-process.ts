import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { answerText } from '../answer-members.ts';
import { IdentityFault } from './identity-fault.ts';
import { type ProcessOutcome, runShellLine } from './run-process.ts';

/** Time for a person to answer a prompt; as long as AWS's SDK for Go waits. A longer time for answers in the settings goes before it. */
export const processLimitMs = 60_000;

export interface CredentialProcess {
  profileName: string;
  /** `credential_process` of the profile. Its arguments can be secrets. */
  command: string;
  /** `aws_account_id` of the profile, where the program does not tell. */
  accountId?: string;
}

export interface ProcessSurroundings {
  limitMs: number;
  signal?: AbortSignal;
  /** See `runShellLine`. */
  hasTerminal: boolean;
  /** Epoch milliseconds. */
  now(): number;
}

/**
 * The credentials that a program prints (AWS SDK reference, "Process credential provider"): a JSON object with `Version` 1.
 *
 * Not through the SDK's provider for it, which waits for the program for ever and leaves it running when nobody waits for it.
 * Rejects with {@link IdentityFault}, or with the reason of the signal; the faults name the program and hold nothing of its
 * arguments and of what it prints.
 */
export async function processCredentials(
  { profileName, command, accountId }: CredentialProcess,
  { limitMs, signal, hasTerminal, now }: ProcessSurroundings,
): Promise<AwsCredentialIdentity> {
  const outcome = await runShellLine(command, { limitMs, hasTerminal, ...(signal && { signal }) });
  const program = `The credential_process of the profile ${profileName}${programNote(command)}`;
  if (outcome.kind !== 'ended' || outcome.code !== 0) throw endFault(outcome, program, limitMs);
  const found = credentialsIn(outcome.output);
  if (found === undefined) {
    throw new IdentityFault(
      'credentials-missing',
      `${program} printed something that is no credentials.`,
      inTerminal,
    );
  }
  if (found.expiration !== undefined && found.expiration.getTime() < now()) {
    throw new IdentityFault(
      'credentials-expired',
      `${program} gave credentials that have run out.`,
      inTerminal,
    );
  }
  return { ...(accountId !== undefined && { accountId }), ...found };
}

const inTerminal = 'Run it in a terminal to see what it says.';

function endFault(outcome: ProcessOutcome, program: string, limitMs: number): IdentityFault {
  if (outcome.kind === 'too-late') {
    return new IdentityFault(
      'credentials-missing',
      `${program} was not done after ${Math.round(limitMs / 1000)} s, and was ended.`,
      'Run it in a terminal: it may wait for an answer, a login or a network. Where it needs longer, raise the time for an answer in the network settings of the profile.',
      undefined,
      true,
    );
  }
  // 126 and 127 are what shells answer for a program that cannot be run, or is not there.
  const isNotThere = outcome.kind === 'not-started' || (outcome.kind === 'ended' && outcome.code === 127);
  if (isNotThere) {
    return new IdentityFault(
      'credentials-missing',
      `${program} was not found.`,
      'Give its full path in the AWS config file: Nodewharf may be started with another PATH than a terminal has.',
    );
  }
  return outcome.kind === 'too-much'
    ? new IdentityFault('credentials-missing', `${program} printed without an end.`, inTerminal)
    : new IdentityFault('credentials-missing', `${program} failed.`, inTerminal);
}

/** The program's own name, without its folder and its arguments; nothing where the line does not begin with a plain one. */
function programNote(command: string): string {
  const first = /^\s*(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(command);
  const path = first?.[1] ?? first?.[2] ?? first?.[3] ?? '';
  const name = path.split(/[/\\]/).at(-1) ?? '';
  return /^[A-Za-z0-9_.+][A-Za-z0-9_.+ -]{0,63}$/.test(name) ? ` (${name})` : '';
}

function credentialsIn(output: string): AwsCredentialIdentity | undefined {
  let told: unknown;
  try {
    told = JSON.parse(output);
  } catch {
    return undefined;
  }
  if (typeof told !== 'object' || told === null) return undefined;
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration, AccountId } = told as Record<
    string,
    unknown
  >;
  const accessKeyId = answerText(AccessKeyId);
  const secretAccessKey = answerText(SecretAccessKey);
  if (Version !== 1 || !accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = answerText(SessionToken);
  const accountId = answerText(AccountId);
  const ends = answerText(Expiration);
  const expiration = ends ? new Date(ends) : undefined;
  if (expiration !== undefined && Number.isNaN(expiration.getTime())) return undefined;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(expiration && { expiration }),
    ...(accountId && { accountId }),
  };
}
