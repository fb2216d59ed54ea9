package io.muster.runtime.tls;

import java.nio.file.Path;
import java.time.Instant;

/**
 * The files that contain an identity.
 *
 * @param <I> identity
 */
public interface IdentityFiles<I extends TlsIdentity> {
  /** The file of the certificate, by which logs name all of them. */
  Path certificate();

  /** Reads the files. Blocks. */
  IdentityContent<I> read() throws TlsException;

  /**
   * The content of the files as it was read; equals that of unchanged files.
   *
   * @param <I> identity
   */
  interface IdentityContent<I extends TlsIdentity> {
    /** Creates the identity; fails if the files are not valid at the time. */
    I createIdentity(Instant now) throws TlsException;
  }
}
