import type { NetworkSources } from '../../../src/main/network/network-of-profile.ts';
import { SignIns } from '../../../src/main/sign-ins/sign-ins.ts';

/** Where no profile says anything of its network. */
export const noNetworkSources: NetworkSources = {
  resolveProxy: () => Promise.resolve('DIRECT'),
  proxyPassword: () => undefined,
};

/** Sign-ins that nobody begins. */
export const idleSignIns = (): SignIns =>
  new SignIns({
    begin: () => Promise.reject(new Error('nobody begins a sign-in')),
    openBrowser: () => Promise.resolve(),
    keptUntil: () => Promise.resolve(undefined),
    now: () => 0,
    onChanged: () => {},
    onReady: () => {},
    onSignedIn: () => {},
  });
