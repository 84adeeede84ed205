import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createControlPlane } from '../../../src/aws/control-plane.ts';
import { credentialsFor } from '../../../src/aws/credentials.ts';
import type { SsoLogin } from '../../../src/aws/sign-in/sign-in-door.ts';
import { beginSsoLogin } from '../../../src/aws/sign-in/sso-login.ts';
import { type Lab, startLab } from '../../../src/lab/start-lab.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { type AwsHome, enterAwsHome } from './aws-home.ts';
import { answerDevicePage } from './lab-browser.ts';
import { labConfig, roleOfSession, ssoSession } from './lab-config.ts';
import { RecordingDoor } from './recording-door.ts';

export const never = new AbortController().signal;

/**
 * The lab with its IAM Identity Center, and for each test a home folder whose profiles sign in there: `ops`, `readonly` and
 * `forbidden` (a role that is not assigned) by the session `corp`, `legacy` by a start URL of its own.
 */
export class SignInBench {
  #lab: Lab | undefined;
  #home: AwsHome | undefined;

  constructor() {
    beforeAll(async () => {
      this.#lab = await startLab({ pace: 'fast', signInSpans: { intervalS: 0.02 } });
    });
    afterAll(() => this.lab.close());
    beforeEach(() => this.#enter());
    afterEach(() => this.home.leave());
  }

  get lab(): Lab {
    if (this.#lab === undefined) throw new Error('The lab has not been started.');
    return this.#lab;
  }

  get home(): AwsHome {
    if (this.#home === undefined) throw new Error('There is no home folder.');
    return this.#home;
  }

  async control(path: string, body: object): Promise<void> {
    const answer = await fetch(`${this.lab.control}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`The lab answered ${answer.status} to ${path}.`);
  }

  refuse(operation: string, code: string, count?: number): Promise<void> {
    return this.control('refuse', { operation, code, ...(count !== undefined && { count }) });
  }

  /** A call with the credentials of a profile: how many nodes it lists, or the code of its failure. */
  async nodesAs(profileName: string, door = new RecordingDoor()): Promise<number | string> {
    try {
      return await this.listAs(profileName, door);
    } catch (error) {
      if (error instanceof AppError) return error.data.code;
      throw error;
    }
  }

  async listAs(profileName: string, door: RecordingDoor): Promise<number> {
    const plane = createControlPlane({
      region: this.lab.region,
      profileName,
      credentials: credentialsFor({ kind: 'shared-profile', profileName }, door),
      maxAttempts: 1,
    });
    try {
      let count = 0;
      for await (const page of plane.listNodes()) count += page.nodes.length;
      return count;
    } finally {
      plane.close();
    }
  }

  /** The login that a profile asks for. */
  async neededLogin(profileName: string): Promise<SsoLogin> {
    const door = new RecordingDoor();
    const came = await this.nodesAs(profileName, door);
    const [login] = door.logins;
    if (came !== 'sign-in-needed' || login === undefined) {
      throw new Error(`No login was asked for: ${came}`);
    }
    return login;
  }

  async signIn(profileName: string): Promise<void> {
    const login = await this.neededLogin(profileName);
    const { url, done } = await beginSsoLogin(login, { flow: 'device', signal: never });
    await answerDevicePage(url, 'allow');
    await done;
  }

  /** The file of the AWS CLI's cache that is kept under this name. */
  cacheFile(id: string): string {
    return this.home.path('.aws', 'sso', 'cache', `${createHash('sha1').update(id).digest('hex')}.json`);
  }

  async cached(id: string): Promise<Record<string, string>> {
    return JSON.parse(await readFile(this.cacheFile(id), 'utf8')) as Record<string, string>;
  }

  async #enter(): Promise<void> {
    this.#home = await enterAwsHome();
    await this.control('sign-ins', { tokenMs: 8 * 3_600_000, keyMs: 3_600_000, revoke: true });
    await this.control('faults/clear', {});
    await this.home.writeConfig(
      labConfig(this.lab, {
        profiles: {
          ops: roleOfSession('corp', '111122223333', 'Ops'),
          readonly: roleOfSession('corp', '111122223333', 'ReadOnly'),
          forbidden: roleOfSession('corp', '111122223333', 'Owner'),
          legacy: {
            sso_start_url: 'https://legacy.example/start',
            sso_region: this.lab.region,
            sso_account_id: '444455556666',
            sso_role_name: 'Admin',
          },
        },
        ssoSessions: { corp: ssoSession('https://corp.example/start') },
      }),
    );
  }
}
