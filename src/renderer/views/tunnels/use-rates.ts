import { useEffect, useRef, useState } from 'react';
import { isRunning } from '../../state/tunnels.ts';
import { type RateHistory, withSample } from '../../tunnels/rate-history.ts';
import { useApp } from '../use-app.ts';

const sampleMs = 1000;

/** The rates of each running tunnel, both ways together, sampled each second while the view is there. */
export function useRates(): ReadonlyMap<string, RateHistory> {
  const { store } = useApp();
  const known = useRef(new Map<string, RateHistory>());
  const [rates, setRates] = useState<ReadonlyMap<string, RateHistory>>(known.current);
  useEffect(() => {
    const timer = window.setInterval(() => {
      const statuses = Object.values(store.read().tunnelStatuses).filter(({ state }) => isRunning(state));
      if (statuses.length === 0 && known.current.size === 0) return;
      const sampled = statuses.map(
        ({ tunnelId, upPerSecond, downPerSecond }) =>
          [tunnelId, withSample(known.current.get(tunnelId) ?? [], upPerSecond + downPerSecond)] as const,
      );
      known.current = new Map(sampled);
      setRates(known.current);
    }, sampleMs);
    return () => window.clearInterval(timer);
  }, [store]);
  return rates;
}
