/**
 * Whether a host as `URL.hostname` spells it is this machine itself. The URL parser has already turned short and hexadecimal
 * forms of an IPv4 address into dotted decimal, so the whole of 127.0.0.0/8 is one prefix. Names other than `localhost`
 * are not looked up: what they point at could change between the look-up and the call.
 */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    hostname === '::1' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
