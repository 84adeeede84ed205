import { unwatchFile, watchFile } from 'node:fs';
import {
  planProfile,
  type ProfilePlan,
  type SettingsSections,
  stepsOf,
} from './identity/credentials-plan.ts';
import { IdentityFault } from './identity/identity-fault.ts';
import { examineFile, type ExaminedFile, type SettingsProblem, sharedFilePath } from './settings/problems.ts';
import { readSections } from './settings/read-sections.ts';
import type { SsoLogin } from './sign-in/sign-in-door.ts';

export type { SettingsProblem } from './settings/problems.ts';

/** How a profile comes by credentials: the outermost step. `none` where it gives none; `faulty` where it contradicts itself. */
export type ProfileKind = ProfilePlan['kind'] | 'none' | 'faulty';

/** A profile of the shared files, without anything secret. */
export interface SettingsProfile {
  name: string;
  kind: ProfileKind;
  region?: string;
  /** The sign-in at the bottom of it, also behind roles. */
  sso?: { login: SsoLogin; accountId: string; roleName: string };
  /** The role that a session runs as: the last one of a chain. */
  roleArn?: string;
  accountId?: string;
  /** A code of this device is asked for. */
  mfaSerial?: string;
  /** Getting credentials runs a program of the person's, which may ask something itself. */
  runsProcess: boolean;
}

export interface SharedSettings {
  /** `default` first, then by name. */
  profiles: SettingsProfile[];
  problems: SettingsProblem[];
}

/** Longest name that a saved profile can point at. */
const maxNameLength = 256;

/** Reads the shared config and credentials files. Never rejects for what is in them. */
export async function readSharedSettings(): Promise<SharedSettings> {
  const [sections, config, credentials] = await Promise.all([
    readSections(),
    examineFile('config'),
    examineFile('credentials'),
  ]);
  const problems = [config, credentials].flatMap(toProblems);
  const profiles = Object.keys(sections.profiles)
    .filter((name) => name.length <= maxNameLength)
    .sort((a, b) => Number(b === 'default') - Number(a === 'default') || a.localeCompare(b))
    .map((name) => {
      const { profile, fault } = describeProfile(name, sections);
      if (fault !== undefined) problems.push(locate(name, fault, [config, credentials]));
      return profile;
    });
  return { profiles, problems };
}

/** How often the files are looked at, milliseconds. Asking is cheap, and works for files that come, go and are replaced. */
const watchIntervalMs = 1000;
/** Programs write these files in several steps; a half-written one is not news. */
const quietMs = 200;

export interface SettingsWatch {
  /** From then on no change is missed. */
  readonly ready: Promise<void>;
  close(): void;
}

/** Calls `onChange` when what the shared files say has become something else. */
export function watchSharedSettings(
  onChange: (settings: SharedSettings) => void,
  { intervalMs = watchIntervalMs }: { intervalMs?: number } = {},
): SettingsWatch {
  const paths = [sharedFilePath('config'), sharedFilePath('credentials')];
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let known: string | undefined;

  const look = async (): Promise<void> => {
    const settings = await readSharedSettings();
    const text = JSON.stringify(settings);
    if (isClosed || text === known) return;
    const isFirst = known === undefined;
    known = text;
    if (!isFirst) onChange(settings);
  };
  const onFile = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), quietMs);
  };
  const ready = look();
  for (const path of paths) watchFile(path, { interval: intervalMs, persistent: false }, onFile);
  return {
    ready,
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const path of paths) unwatchFile(path, onFile);
    },
  };
}

/** Where a profile begins, for people: `~/.aws/config, line 12`. */
export async function placeOf(profileName: string): Promise<string | undefined> {
  for (const kind of ['config', 'credentials'] as const) {
    const { path, profileLines } = await examineFile(kind);
    const line = profileLines.get(profileName);
    if (line !== undefined) return `${path}, line ${line}`;
  }
  return undefined;
}

function describeProfile(
  name: string,
  sections: SettingsSections,
): { profile: SettingsProfile; fault?: IdentityFault } {
  const region = sections.profiles[name]?.['region'];
  const base = { name, ...(region !== undefined && { region }) };
  try {
    const plan = planProfile(name, sections);
    return { profile: { ...base, ...describePlan(plan) } };
  } catch (error) {
    if (!(error instanceof IdentityFault)) throw error;
    return { profile: { ...base, kind: 'faulty', runsProcess: false }, fault: error };
  }
}

function describePlan(plan: ProfilePlan | undefined): Omit<SettingsProfile, 'name' | 'region'> {
  const steps = stepsOf(plan);
  const sso = steps.find((step) => step.kind === 'sso');
  const mfaSerial = steps.flatMap((step) => (step.kind === 'role' ? (step.mfaSerial ?? []) : [])).at(0);
  const roleArn = plan !== undefined && 'roleArn' in plan ? plan.roleArn : undefined;
  const accountId = accountOf(plan);
  return {
    kind: plan?.kind ?? 'none',
    runsProcess: steps.some((step) => step.kind === 'process'),
    ...(sso && { sso: { login: sso.login, accountId: sso.accountId, roleName: sso.roleName } }),
    ...(roleArn !== undefined && { roleArn }),
    ...(accountId !== undefined && { accountId }),
    ...(mfaSerial !== undefined && { mfaSerial }),
  };
}

function accountOf(plan: ProfilePlan | undefined): string | undefined {
  if (plan === undefined) return undefined;
  if ('roleArn' in plan) return /^arn:[^:]*:iam::(\d{12}):/.exec(plan.roleArn)?.[1];
  return 'accountId' in plan ? plan.accountId : undefined;
}

function toProblems({ path, problems, fileProblem }: ExaminedFile): SettingsProblem[] {
  if (fileProblem !== undefined) return [fileProblem];
  return problems.map(({ line, message }) => ({ file: path, line, message, hint: '' }));
}

/** A fault of a profile, at the section where the profile begins. */
function locate(profileName: string, fault: IdentityFault, files: readonly ExaminedFile[]): SettingsProblem {
  const file = files.find(({ profileLines }) => profileLines.has(profileName)) ?? files[0];
  const line = file?.profileLines.get(profileName);
  return {
    file: file?.path ?? '',
    ...(line !== undefined && { line }),
    profileName,
    message: fault.message,
    hint: fault.verdict.hint,
  };
}
