/**
 * A certificate for this machine that nobody trusts, with its key: made for these tests alone, valid for a hundred years,
 * good for nothing else.
 */
export const untrustedCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVyb6K+NvUTpFS8tl
VyVa82daB9Xg7en0j8Kht3f1ahehRANCAAQlw3SgaFxez1lFndn1SZQvoqNydPxC
cDUjpNd57IqYWzcby3FmKoeORcF95Aahejv5byAo5mWSHxTUnhi4FTjV
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUNtBbcQTjBT6dAzVrUKZ+w4UYBjswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDE2MDY0OFoYDzIxMjYxMDMx
MTYwNjQ4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQlw3SgaFxez1lFndn1SZQvoqNydPxCcDUjpNd57IqYWzcby3FmKoeO
RcF95Aahejv5byAo5mWSHxTUnhi4FTjVo28wbTAdBgNVHQ4EFgQUzXdF0XqsQF9c
gwJfDDk6ykv+o9IwHwYDVR0jBBgwFoAUzXdF0XqsQF9cgwJfDDk6ykv+o9IwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAJP7nJvxntajmEJRruhGlH/31ekV5dzFQ32mF6LrhNuTAiBF
lO1Jkq07XkKiJElGSUlW6bs9oZf1BBRpYovwCJj/pQ==
-----END CERTIFICATE-----`,
};
