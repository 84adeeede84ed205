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

/**
 * One for `*.nodewharf.test`, which is trusted only where it is given: of names that nothing resolves, so that a proxy has to
 * be asked.
 */
export const namedCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkgL814UhQw/z4PU4
LidwH9LVs5TnuZavycdT7A8+MbyhRANCAATOtyjup1jABc3tYaLXErERd2lcGGSV
hpjWQxPTIf5ch0KGii98XdoPIlSNqAKEhwGNnr3f+/TPEol7ZMnJ0kI1
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBpjCCAUygAwIBAgIUN+yxKV8eTGcK3xkpZpuC049l1BQwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwObm9kZXdoYXJmLnRlc3QwIBcNMjYxMTI4MDg1NDIzWhgPMjEy
NjExMDQwODU0MjNaMBkxFzAVBgNVBAMMDm5vZGV3aGFyZi50ZXN0MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEzrco7qdYwAXN7WGi1xKxEXdpXBhklYaY1kMT0yH+
XIdChoovfF3aDyJUjagChIcBjZ693/v0zxKJe2TJydJCNaNwMG4wHQYDVR0OBBYE
FM+LxxrMGikO8ZIlPGp0YsplTPg5MB8GA1UdIwQYMBaAFM+LxxrMGikO8ZIlPGp0
YsplTPg5MA8GA1UdEwEB/wQFMAMBAf8wGwYDVR0RBBQwEoIQKi5ub2Rld2hhcmYu
dGVzdDAKBggqhkjOPQQDAgNIADBFAiEAqTphOfcwzrvgUUgRCuEZDinR2fhRxux7
k5iAv1+jvKACIHX2D+fsOvHPEQgAgxRCmDVK44P6t98xiqftvKSc0TRH
-----END CERTIFICATE-----
`,
};
