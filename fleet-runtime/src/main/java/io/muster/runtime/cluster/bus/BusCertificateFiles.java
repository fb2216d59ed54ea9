package io.muster.runtime.cluster.bus;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.IdentityFiles;
import io.muster.runtime.tls.PemFile;
import io.muster.runtime.tls.TlsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PEM files of a node whose certificate on the event bus was issued by an authority.
 *
 * @param certificate the certificate, followed by intermediate authorities
 * @param key its private key, unencrypted PKCS#8
 * @param authorities the authorities whose certificates this node trusts
 */
public record BusCertificateFiles(Path certificate, Path key, Path authorities)
    implements IdentityFiles<BusIdentity> {
  private static final String CERTIFICATE = "cluster.tls.cert";
  private static final String KEY = "cluster.tls.key";
  private static final String AUTHORITIES = "cluster.tls.ca";

  /** Reads the keys {@code cluster.tls.*}: all of them must be set, or none. */
  public static Optional<BusCertificateFiles> from(ConfigReader reader) {
    var certificate = reader.findPath(CERTIFICATE);
    var key = reader.findPath(KEY);
    var authorities = reader.findPath(AUTHORITIES);
    if (Stream.of(certificate, key, authorities).allMatch(Optional::isPresent)) {
      return Optional.of(
          new BusCertificateFiles(
              certificate.orElseThrow(), key.orElseThrow(), authorities.orElseThrow()));
    }
    var set =
        Stream.of(CERTIFICATE, KEY, AUTHORITIES).filter(name -> reader.text(name).isPresent());
    set.findFirst()
        .ifPresent(
            name ->
                reader.addProblem(
                    name, "set " + CERTIFICATE + ", " + KEY + " and " + AUTHORITIES + ", or none"));
    return Optional.empty();
  }

  @Override
  public IdentityContent<BusIdentity> read() throws TlsException {
    return new BusPemContent(
        PemFile.read(certificate, CERTIFICATE + " " + certificate),
        PemFile.read(key, KEY + " " + key),
        PemFile.read(authorities, AUTHORITIES + " " + authorities));
  }

  private record BusPemContent(PemFile certificate, PemFile key, PemFile authorities)
      implements IdentityContent<BusIdentity> {
    @Override
    public BusIdentity createIdentity(Instant now) throws TlsException {
      var pair = CertificateKeyPair.of(certificate, key);
      var trusted = authorities.certificates();
      pair.requireValid(certificate.name(), now);
      var problem = pair.trustProblem(trusted);
      if (problem.isPresent()) {
        throw new TlsException(
            certificate.name() + " is not trusted by " + authorities.name() + ": " + problem.get());
      }
      return BusIdentity.of(pair, trusted);
    }
  }
}
