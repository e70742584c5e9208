/**
 * A key and a certificate for 127.0.0.1 and localhost, signed by itself, good from 2024 to 2045. The
 * key is public, hence worth nothing: for tests on loopback only. Made with `openssl ca -selfsign
 * -startdate … -enddate …`, subjectAltName=DNS:localhost,IP:127.0.0.1.
 */
export const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg38yhRkG+n2pdaLnq
usYuiC4ruZjEg7ut3zpHRjHdsbmhRANCAASTD9WAm2CL8kyWl6IiAmtBBc46ZG1A
eE8xvN92clNsjWwBC1n7QL5iQ3S1bjWU3nZXD76ylcmsHnJOiXk9+CxL
-----END PRIVATE KEY-----`;

/** The certificate that belongs to {@link testKey}. */
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBjTCCATKgAwIBAgIBATAKBggqhkjOPQQDAjAwMS4wLAYDVQQDDCVCcmVhZGNy
dW1icyBzaW11bGF0b3IsIGZvciB0ZXN0cyBvbmx5MB4XDTI0MDEwMTAwMDAwMFoX
DTQ2MDEwMTAwMDAwMFowMDEuMCwGA1UEAwwlQnJlYWRjcnVtYnMgc2ltdWxhdG9y
LCBmb3IgdGVzdHMgb25seTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJMP1YCb
YIvyTJaXoiICa0EFzjpkbUB4TzG833ZyU2yNbAELWftAvmJDdLVuNZTedlcPvrKV
yaweck6JeT34LEujPTA7MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAdBgNV
HQ4EFgQUIhikQQWUwS77wSN/VjKR3lq5QlcwCgYIKoZIzj0EAwIDSQAwRgIhALiO
+Bc63ChPb/7kUVO8ddxWb2a9p1yswmkkLM4kCD54AiEAvSo/k85+OJ3UuZQBro10
Mn4ZdocV2/mQmPW8sMUksug=
-----END CERTIFICATE-----`;
