import { MfaDevices } from './lab-directory.ts';
import { ConsoleSignIns } from './console-sign-ins.ts';
import { IssuedKeys } from './issued-keys.ts';
import { defaultSpans, SignIns, type SignInSpans } from './sign-ins.ts';

/** Everything that the lab knows of who is who: sign-ins, devices, and the keys that it has handed out. */
export class LabIdentity {
  readonly keys = new IssuedKeys();
  readonly devices = new MfaDevices();
  readonly signIns: SignIns;
  readonly console: ConsoleSignIns;
  readonly now: () => number;

  constructor(now: () => number, spans: Partial<SignInSpans> = {}) {
    this.now = now;
    this.signIns = new SignIns({ ...defaultSpans, ...spans }, now);
    this.console = new ConsoleSignIns(this.keys, now, () => this.signIns.spans.keyMs);
  }

  /** Ends every sign-in and all keys that came of one, as an administrator can. */
  revokeAll(): void {
    this.signIns.signOutAll();
    this.console.signOutAll();
    this.keys.expireAll(this.now());
  }
}
