/**
 * A self-signed certificate for `localhost` and its key, made for these tests only: nothing trusts it, and that is what the
 * tests need it for.
 */
export const selfSignedCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgs1DBy0vGQpDnMYjO
qohuTloWLKQqvIjbt8Pip7f6nsmhRANCAAQLdkaFb/K4k2igVjoB30I0je4rOLEj
NyZjutYp+jhnGsYDBVTURevLenpCejH0+fTjrWKCijoT1jq5G/3yeh0l
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUDdE2UzJUH+KTYAczoh6SFMR7rTkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDE1MzM1OVoYDzIxMjYxMDMx
MTUzMzU5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQLdkaFb/K4k2igVjoB30I0je4rOLEjNyZjutYp+jhnGsYDBVTURevL
enpCejH0+fTjrWKCijoT1jq5G/3yeh0lo2kwZzAdBgNVHQ4EFgQUAmIbJNAwW5aF
3I/BsdtiVksrAzswHwYDVR0jBBgwFoAUAmIbJNAwW5aF3I/BsdtiVksrAzswDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIhAOd8tx09YEj7RnkI+PU13SVvnSZVNP0Gn1c6Cj3WzVHIAiAglnohpnZp
P83L3uGOCDV0B85YaGqzY6gpn10t7NeURw==
-----END CERTIFICATE-----
`,
};
