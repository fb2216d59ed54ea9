package io.muster.runtime.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** An authority of a test, which issues certificates of nodes as files. */
public final class TestAuthority {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final Duration VALIDITY = Duration.ofDays(100);

  private final CertificateKeyPair pair;

  public TestAuthority(String name) throws GeneralSecurityException {
    this.pair =
        CertificateRequest.of(CertificateUse.AUTHORITY, name, List.of(), CLOCK.instant(), VALIDITY)
            .selfSign();
  }

  /** The certificate of the authority as PEM. */
  public String pem() throws GeneralSecurityException {
    return pair.certificatePem();
  }

  public CertificateKeyPair issue(String name) throws GeneralSecurityException {
    return issue(name, CertificateUse.NODE, CLOCK.instant());
  }

  /** Issues a certificate that is valid for 100 days, from five minutes before the start. */
  public CertificateKeyPair issue(String name, CertificateUse use, Instant start)
      throws GeneralSecurityException {
    return CertificateRequest.of(use, name, List.of("127.0.0.1"), start, VALIDITY).sign(pair);
  }

  /** A certificate of a node that no authority signed. */
  public static CertificateKeyPair selfSigned() throws GeneralSecurityException {
    return CertificateRequest.of(CertificateUse.NODE, "self", List.of(), CLOCK.instant(), VALIDITY)
        .selfSign();
  }

  /** Writes {@code cert.pem}, {@code key.pem} and {@code ca.pem}. */
  public static Path write(Path directory, CertificateKeyPair node, TestAuthority... trusted)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(directory);
    replace(directory.resolve("cert.pem"), node.certificatePem());
    replace(directory.resolve("key.pem"), node.keyPem());
    var authorities = new StringBuilder();
    for (var authority : trusted) {
      authorities.append(authority.pem());
    }
    replace(directory.resolve("ca.pem"), authorities.toString());
    return directory;
  }

  /** Replaces a file at once, as tools that renew certificates do. */
  private static void replace(Path file, String content) throws IOException {
    var next = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
