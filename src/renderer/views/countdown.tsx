import { useNow } from './use-app.ts';

/** How a reconnect is getting on. `to`: epoch milliseconds of the next try. */
export function Countdown({ attempt, to }: { readonly attempt: number; readonly to: number }) {
  const now = useNow(250);
  const seconds = Math.ceil((to - now) / 1000);
  return `attempt ${attempt}, ${seconds > 0 ? `next try in ${seconds} s` : 'trying now'}`;
}
