/**
 * The stream URL at another endpoint of the message gateway, such as a VPC endpoint: scheme, host and port are the endpoint's,
 * path and query stay byte for byte (trap 19).
 */
export function atGateway(streamUrl: string, endpoint: string | undefined): string {
  if (endpoint === undefined) return streamUrl;
  const { protocol, host } = new URL(endpoint);
  const rest = /^[a-z]+:\/\/[^/?#]*(.*)$/i.exec(streamUrl)?.[1];
  return rest === undefined ? streamUrl : `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${rest}`;
}
