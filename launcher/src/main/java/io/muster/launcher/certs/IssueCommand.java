package io.muster.launcher.certs;

import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.CertificateRequest;
import io.muster.runtime.tls.CertificateUse;
import io.muster.runtime.tls.PemFile;
import io.muster.runtime.tls.SubjectNames;
import io.muster.runtime.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster certs issue}. Used by the main thread only. */
@Command(
    name = "issue",
    description = "Issue the certificate of a node: cert.pem, key.pem and the authority ca.pem.",
    mixinStandardHelpOptions = true,
    footer = {
      "The files are those of cluster.tls.cert, cluster.tls.key and cluster.tls.ca;",
      "the first two are also valid for api.tls.cert and api.tls.key. Copy them to",
      "the node, the key readable for its user only."
    })
final class IssueCommand extends CertificateSubcommand {
  private static final String ELLIPTIC_CURVE = "EC";

  @Parameters(
      paramLabel = "HOST",
      arity = "1..*",
      description = "Certify these host names and addresses of the node, the usual name first.")
  private List<String> hosts = List.of();

  @Option(
      names = "--ca",
      paramLabel = "DIR",
      description = "Use the authority in this directory (default: ca).")
  private String authority = "ca";

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Write to this directory (default: the first host).")
  private @Nullable String directory;

  @Option(
      names = "--days",
      paramLabel = "N",
      description =
          "Limit the validity to this number of days (default: 825), and to that of the"
              + " authority.")
  private String days = "825";

  @Override
  String execute() throws IOException, GeneralSecurityException, TlsException {
    var now = InstantSource.system().instant();
    var validity = parseDays(days);
    var names = parseHosts();
    var authorityFile = PemFile.read(Path.of(authority, CertificateDirectory.AUTHORITY));
    var issuer = readAuthority(authorityFile, now);
    var target =
        CertificateDirectory.prepare(
            Path.of(directory == null ? hosts.get(0) : directory),
            CertificateDirectory.CERTIFICATE,
            CertificateDirectory.KEY,
            CertificateDirectory.AUTHORITY);
    var pair =
        CertificateRequest.of(CertificateUse.NODE, names.commonName(), names.all(), now, validity)
            .sign(issuer);
    target.writeKey(CertificateDirectory.KEY, pair.keyPem());
    target.writeCertificate(CertificateDirectory.AUTHORITY, authorityFile.content());
    return summary(
        target.writeCertificate(CertificateDirectory.CERTIFICATE, pair.certificatePem()), pair);
  }

  private SubjectNames parseHosts() {
    hosts.stream()
        .filter(host -> !SubjectNames.isName(host))
        .findFirst()
        .ifPresent(
            host -> {
              throw invalidParameter("HOST must be a host name or an address: '" + host + "'");
            });
    return new SubjectNames(hosts.get(0), new LinkedHashSet<>(hosts));
  }

  private CertificateKeyPair readAuthority(PemFile file, Instant now) throws TlsException {
    var key = PemFile.read(Path.of(authority, CertificateDirectory.AUTHORITY_KEY));
    var pair = CertificateKeyPair.of(file, key);
    pair.requireValid(file.name(), now);
    if (pair.certificate().getBasicConstraints() < 0) {
      throw new TlsException(file.name() + " is not the certificate of an authority");
    }
    if (!pair.key().getAlgorithm().equals(ELLIPTIC_CURVE)) {
      throw new TlsException(key.name() + " is not a key on an elliptic curve");
    }
    return pair;
  }
}
