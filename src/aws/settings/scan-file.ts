/** What is wrong with one line of a shared file. */
export interface LineProblem {
  /** Counted from 1. */
  line: number;
  /** Quotes names of sections and keys, never values: they may be secrets. */
  message: string;
}

export interface ScannedFile {
  problems: LineProblem[];
  /** Where each profile begins, by name. */
  profileLines: ReadonlyMap<string, number>;
}

const header = /^\[([^\]]*)\]\s*(?:[#;].*)?$/;
const kindAndName = /^(profile|sso-session|services)\s+(["']?)(.+)\2$/;
/** The SDK's loader passes over sections with other names. */
const readableName = /^[\w\-@+.%:/]+$/;
/** Sections of the AWS CLI that are no profiles. */
const cliSections: ReadonlySet<string> = new Set(['preview', 'plugins']);
/** A name as it is shown; longer ones are cut. */
const shownLength = 80;

/**
 * Looks for what the SDK's loader passes over in silence: it gives no line, and drops what it does not understand. What the
 * AWS CLI refuses altogether is named too.
 */
export function scanFile(text: string, kind: 'config' | 'credentials'): ScannedFile {
  const problems: LineProblem[] = [];
  const profileLines = new Map<string, number>();
  const headers = new Set<string>();
  const keys = new Set<string>();
  let section: string | undefined;

  const report = (line: number, message: string): void => {
    problems.push({ line, message });
  };
  const readHeader = (trimmed: string, line: number): void => {
    const title = header.exec(trimmed)?.[1]?.trim();
    keys.clear();
    section = title;
    if (title === undefined) {
      report(line, 'The name of the section has no closing bracket.');
      return;
    }
    const { profile, complaint } = readTitle(title, kind);
    if (complaint !== undefined) report(line, complaint);
    else if (headers.has(title)) {
      const name = `[${cut(title)}]`;
      report(
        line,
        `The section ${name} is there twice. Here both count; the AWS CLI refuses the file for it.`,
      );
    }
    headers.add(title);
    if (profile !== undefined && !profileLines.has(profile)) profileLines.set(profile, line);
  };
  const readSetting = (raw: string, line: number): void => {
    const at = raw.indexOf('=');
    const key = raw.slice(0, Math.max(at, 0)).trim();
    if (key === '') {
      report(line, 'The line is neither a section nor a setting with an equals sign.');
    } else if (section === undefined) {
      report(line, 'The setting stands outside of any section.');
    } else if (!/^\s/.test(raw)) {
      // Indented ones belong to the setting above them.
      if (keys.has(key)) report(line, `The setting ${cut(key)} is there twice. The last one counts.`);
      keys.add(key);
    }
  };

  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [index, raw] of lines.entries()) {
    const trimmed = raw.trim();
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue;
    if (trimmed.startsWith('[')) readHeader(trimmed, index + 1);
    else readSetting(raw, index + 1);
  }
  return { problems, profileLines };
}

/** The profile that a section is, if it is one, and what is wrong with it. */
function readTitle(title: string, kind: 'config' | 'credentials'): { profile?: string; complaint?: string } {
  if (title === '') return { complaint: 'The section has no name.' };
  const [, prefix, , name = title] = kindAndName.exec(title) ?? [];
  if (name === '__proto__') {
    return { complaint: 'The name __proto__ makes the AWS SDK skip the whole file. Choose another.' };
  }
  if (kind === 'credentials' && prefix !== undefined) {
    return { complaint: `Sections of the credentials file are plain names: write [${cut(name)}].` };
  }
  if (/\s/.test(name) || (prefix !== undefined && !readableName.test(name))) {
    return {
      complaint:
        'The section is ignored: a name has letters, digits and any of _ - @ + . % : / and no spaces.',
    };
  }
  if (kind === 'credentials' || prefix === 'profile' || title === 'default') return { profile: name };
  if (prefix !== undefined || cliSections.has(title)) return {};
  return { complaint: `The section is ignored in this file: a profile is written [profile ${cut(title)}].` };
}

function cut(name: string): string {
  return name.length > shownLength ? `${name.slice(0, shownLength)}…` : name;
}
