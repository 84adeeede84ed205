import { labAccountId } from '../lab-account.ts';

/** Who may use what in the lab's IAM Identity Center: one person, three accounts. */
export interface DirectoryAccount {
  accountId: string;
  accountName: string;
  emailAddress: string;
  roles: readonly string[];
}

export const directoryAccounts: readonly DirectoryAccount[] = [
  {
    accountId: labAccountId,
    accountName: 'Lab',
    emailAddress: 'lab@example.com',
    roles: ['Admin', 'ReadOnly', 'Ops'],
  },
  {
    accountId: '111122223333',
    accountName: 'Production',
    emailAddress: 'production@example.com',
    roles: ['ReadOnly', 'Ops'],
  },
  {
    accountId: '444455556666',
    accountName: 'Staging',
    emailAddress: 'staging@example.com',
    roles: ['Admin', 'Ops'],
  },
];

export const personName = 'ann';

/** The start page of a directory. */
export function isStartUrl(url: string): boolean {
  return URL.canParse(url) && /^\/start(\/|$)/.test(new URL(url).pathname);
}

/**
 * Codes of the lab's MFA devices, which are whatever serial number is given: a code is right when its last digit is the last
 * digit of the sum of those before it (123455), and is good once.
 */
export class MfaDevices {
  readonly #used = new Set<string>();

  takes(serial: string, code: string): boolean {
    if (!/^\d{6}$/.test(code)) return false;
    const digits = Array.from(code, Number);
    const sum = digits.slice(0, -1).reduce((total, digit) => total + digit, 0);
    const use = `${serial} ${code}`;
    if (sum % 10 !== digits.at(-1) || this.#used.has(use)) return false;
    this.#used.add(use);
    return true;
  }
}
