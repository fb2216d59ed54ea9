package io.muster.api.tls;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.tls.PemFiles;
import io.muster.runtime.tls.SubjectNames;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The certificate of the TLS listener.
 *
 * @param configuredFiles files of a certificate and its key; empty for a self-signed one
 * @param directory directory of the self-signed certificate
 * @param names additional names and addresses of the self-signed certificate
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
   * @param dataDirectory parent of the directory of the self-signed certificate
   */
  public static TlsConfig from(ConfigReader reader, Path dataDirectory) {
    return new TlsConfig(
        readFiles(reader),
        dataDirectory.resolve(DIRECTORY),
        reader.list(NAMES, SubjectNames::isName, "a host name or an address"));
  }

  private static Optional<PemFiles> readFiles(ConfigReader reader) {
    var certificate = reader.findPath(CERTIFICATE);
    var key = reader.findPath(KEY);
    if (certificate.isPresent() && key.isEmpty()) {
      reader.addProblem(CERTIFICATE, "requires its private key: " + KEY);
    }
    if (key.isPresent() && certificate.isEmpty()) {
      reader.addProblem(KEY, "requires its certificate: " + CERTIFICATE);
    }
    return certificate.flatMap(first -> key.map(second -> new PemFiles(first, second)));
  }
}
