import { useEffect, useState } from 'react';
import { isRunning } from '../../state/tunnels.ts';
import { type RateHistory, withSample } from '../../tunnels/rate-history.ts';
import { useApp } from '../use-app.ts';

const sampleMs = 1000;

/** The rates of each running tunnel, both ways together, sampled each second while the view is there. */
export function useRates(): ReadonlyMap<string, RateHistory> {
  const { store } = useApp();
  const [rates, setRates] = useState<ReadonlyMap<string, RateHistory>>(() => new Map());
  useEffect(() => {
    let known: ReadonlyMap<string, RateHistory> = new Map();
    const timer = window.setInterval(() => {
      const statuses = Object.values(store.read().tunnelStatuses).filter(({ state }) => isRunning(state));
      if (statuses.length === 0 && known.size === 0) return;
      const sampled = statuses.map(
        ({ tunnelId, upPerSecond, downPerSecond }) =>
          [tunnelId, withSample(known.get(tunnelId) ?? [], upPerSecond + downPerSecond)] as const,
      );
      known = new Map(sampled);
      setRates(known);
    }, sampleMs);
    return () => window.clearInterval(timer);
  }, [store]);
  return rates;
}
