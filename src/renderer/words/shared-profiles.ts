import type { SettingsProblem, SharedProfile, SharedProfileKind } from '../../shared/shared-settings.ts';
import { remoteText } from './remote-text.ts';
import { accountWords } from './sign-ins.ts';

const kinds: Record<SharedProfileKind, string> = {
  static: 'Keys',
  sso: 'Identity Center',
  role: 'Role',
  'web-identity': 'Web identity',
  process: 'Program',
  'console-login': 'Console sign-in',
  none: 'No credentials',
  faulty: 'Not usable',
};

export const kindWord = (kind: SharedProfileKind): string => kinds[kind];

/** `Ops in 1111 2222 3333`, `sign-in to acme`, `MFA code`: who it would be, and what a person has to do for it. */
export function identityWords({
  accountId,
  roleName,
  signsInTo,
  needsCode,
  runsProgram,
  kind,
}: SharedProfile): string {
  const account = accountId === undefined ? undefined : accountWords(accountId);
  const who =
    roleName === undefined || account === undefined ? (roleName ?? account) : `${roleName} in ${account}`;
  const parts = [
    who,
    signsInTo === undefined ? undefined : `sign-in to ${signsInTo}`,
    needsCode ? 'MFA code' : undefined,
    runsProgram && kind !== 'process' ? 'runs a program' : undefined,
  ];
  return parts.flatMap((part) => (part === undefined ? [] : [remoteText(part)])).join(', ');
}

/** `~/.aws/config, line 12`, in a few words; the path as it is. */
export const problemPlace = ({ file, line }: SettingsProblem): string =>
  line === undefined ? file : `${file}, line ${line}`;
