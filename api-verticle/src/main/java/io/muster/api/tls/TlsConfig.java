package io.muster.api.tls;

import io.muster.runtime.config.ConfigReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the certificate of the TLS listener comes from.
 *
 * @param configuredFiles files of a certificate and its key; empty for one of our own
 * @param directory where one of our own is made and kept
 * @param names further names and addresses that one of our own is valid for
 */
public record TlsConfig(Optional<PemFiles> configuredFiles, Path directory, List<String> names) {
  static final String CERTIFICATE = "api.tls.cert";
  static final String KEY = "api.tls.key";
  static final String NAMES = "api.tls.names";

  private static final String DIRECTORY = "tls";

  public TlsConfig {
    names = List.copyOf(names);
  }

  /**
   * Reads the settings.
   *
   * @param dataDirectory where the directory of our own certificate is
   */
  public static TlsConfig from(ConfigReader reader, Path dataDirectory) {
    return new TlsConfig(
        readFiles(reader),
        dataDirectory.resolve(DIRECTORY),
        reader.list(NAMES, SubjectNames::isName, "a host name or an address"));
  }

  private static Optional<PemFiles> readFiles(ConfigReader reader) {
    var certificate = readPath(reader, CERTIFICATE);
    var key = readPath(reader, KEY);
    if (certificate.isPresent() && key.isEmpty()) {
      reader.addProblem(CERTIFICATE, "needs the key that belongs to it: " + KEY);
    }
    if (key.isPresent() && certificate.isEmpty()) {
      reader.addProblem(KEY, "needs the certificate that belongs to it: " + CERTIFICATE);
    }
    return certificate.flatMap(first -> key.map(second -> new PemFiles(first, second)));
  }

  private static Optional<Path> readPath(ConfigReader reader, String key) {
    return reader.text(key).isEmpty()
        ? Optional.empty()
        : Optional.of(reader.path(key, Path.of("")).toAbsolutePath());
  }

  /**
   * Two files in PEM.
   *
   * @param certificate the certificate, and those that it is signed by
   * @param key its private key, PKCS#8 without a password
   */
  public record PemFiles(Path certificate, Path key) {}
}
