/** Times as the user's clock; the zone is in the tooltip. All arguments are epoch milliseconds. */

const clockFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const dayWithYearFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });

export const clock = (at: number): string => clockFormat.format(at);
export const fullTime = (at: number): string => fullFormat.format(at);

/** `just now`, `4 min`, `3 h`, `12 d`: an age, without "ago". */
export function age(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 45) return 'just now';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.round(hours / 24)} d`;
}

/** `42 s`, `3 min 20 s`, `1 h 5 min`: how long something took. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** `Today`, `Yesterday`, `Monday 3 March`, with the year when it is another one. */
export function dayName(at: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? dayFormat : dayWithYearFormat).format(at);
}

export const isSameDay = (a: number, b: number): boolean => startOfDay(a) === startOfDay(b);

/** `19:04`, `0:59`, `11 h 40 min`: what is left, to the second where that matters. */
export function timeLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  if (seconds >= 3600) return duration(Math.floor(seconds / 60) * 60_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
