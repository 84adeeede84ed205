/*
 * What is copied to be shown to others goes through here. Nothing that has a secret in it should come this far; this is for
 * what a service or a proxy may have said that nobody thought of.
 */

const secrets: readonly (readonly [RegExp, string])[] = [
  /** Access key ids: of users, of temporary keys, of bearers. */
  [/\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b/g, '(access key)'],
  /** User names and passwords in addresses. */
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, '$1(sign-in)@'],
  /** Members of signed addresses, headers and settings. */
  [
    /\b(x-amz-(?:security-token|signature|credential)|authorization|aws_secret_access_key|aws_session_token|access_?token|client_?secret|password)(["']?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s&,]+)/gi,
    '$1$2(secret)',
  ],
  /** Tokens and keys are long runs of base64; names and ids that people read are not, ARNs have their colons. */
  [/[A-Za-z0-9+/_-]{64,}={0,2}/g, '(long value)'],
];

/** The text, with what looks like a secret taken out. */
export function withoutSecrets(text: string): string {
  return secrets.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);
}
