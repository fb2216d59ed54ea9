package io.muster.api.tls;

import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.IdentityFiles;
import io.muster.runtime.tls.PemFile;
import io.muster.runtime.tls.PemFiles;
import io.muster.runtime.tls.TlsException;
import java.nio.file.Path;
import java.time.Instant;

/** The files of the certificate that TLS clients see. One that has expired is used, too. */
record ServerCertificateFiles(PemFiles files) implements IdentityFiles<ServerIdentity> {
  @Override
  public Path certificate() {
    return files.certificate();
  }

  @Override
  public IdentityContent<ServerIdentity> read() throws TlsException {
    return new ServerPemContent(
        files.certificate(), PemFile.read(files.certificate()), PemFile.read(files.key()));
  }

  private record ServerPemContent(Path file, PemFile certificate, PemFile key)
      implements IdentityContent<ServerIdentity> {
    @Override
    public ServerIdentity createIdentity(Instant now) throws TlsException {
      return ServerIdentity.of(file, CertificateKeyPair.of(certificate, key));
    }
  }
}
