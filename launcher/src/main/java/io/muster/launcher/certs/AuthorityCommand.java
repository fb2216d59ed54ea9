package io.muster.launcher.certs;

import io.muster.runtime.tls.CertificateRequest;
import io.muster.runtime.tls.CertificateUse;
import io.muster.runtime.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster certs ca}. Used by the main thread only. */
@Command(
    name = "ca",
    description = "Create an authority: its certificate ca.pem and its key ca.key.",
    mixinStandardHelpOptions = true,
    footer = {
      "Whoever reads ca.key can issue certificates: keep it away from the nodes,",
      "which need only ca.pem (cluster.tls.ca). To replace an authority, first let",
      "all nodes trust both: ca.pem may contain several certificates."
    })
final class AuthorityCommand extends CertificateSubcommand {
  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Write to this directory (default: ca).")
  private String directory = "ca";

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "Limit the validity to this number of days (default: 3652, ten years).")
  private String days = "3652";

  @Override
  String execute() throws IOException, GeneralSecurityException, TlsException {
    var now = InstantSource.system().instant();
    var validity = parseDays(days);
    var target =
        CertificateDirectory.prepare(
            Path.of(directory), CertificateDirectory.AUTHORITY, CertificateDirectory.AUTHORITY_KEY);
    var request =
        CertificateRequest.of(CertificateUse.AUTHORITY, uniqueName(), List.of(), now, validity);
    var pair = request.selfSign();
    target.writeKey(CertificateDirectory.AUTHORITY_KEY, pair.keyPem());
    return summary(
        target.writeCertificate(CertificateDirectory.AUTHORITY, pair.certificatePem()), pair);
  }

  /** Two authorities that are trusted at the same time should be distinguishable. */
  private static String uniqueName() {
    var suffix = new byte[4];
    new SecureRandom().nextBytes(suffix);
    return "muster authority " + HexFormat.of().formatHex(suffix);
  }
}
