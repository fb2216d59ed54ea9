package io.muster.runtime.tls;

import java.time.Instant;

/** A certificate and its key in the form in which TLS handshakes use them. */
public interface TlsIdentity {
  /** The end of the validity of the certificate. */
  Instant expiresAt();
}
