import type { DoctorCalls } from '../../../src/aws/doctor/doctor-calls.ts';
import type { ProbeAnswer } from '../../../src/aws/doctor/probe.ts';

/** Everything is as it should be, unless a test says otherwise. */
export class FakeDoctor implements DoctorCalls {
  isClosed = false;
  identity: () => Promise<{ arn: string; accountId: string }> = () =>
    Promise.resolve({ arn: 'arn:aws:iam::123456789012:user/ops', accountId: '123456789012' });
  status: () => Promise<'connected' | 'not-connected'> = () => Promise.resolve('connected');
  key: () => Promise<void> = () => Promise.resolve();
  way: (what: 'endpoint' | 'gateway') => Promise<ProbeAnswer> = (what) =>
    Promise.resolve({ host: `${what}.example`, httpStatus: 404, clockAheadMs: 0 });

  callerIdentity(): Promise<{ arn: string; accountId: string }> {
    return this.identity();
  }
  connectionStatus(): Promise<'connected' | 'not-connected'> {
    return this.status();
  }
  tryKey(): Promise<void> {
    return this.key();
  }
  probe(what: 'endpoint' | 'gateway'): Promise<ProbeAnswer> {
    return this.way(what);
  }
  close(): void {
    this.isClosed = true;
  }
}
