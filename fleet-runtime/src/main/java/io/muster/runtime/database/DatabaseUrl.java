package io.muster.runtime.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address and the credentials of an external PostgreSQL server: {@code
 * postgresql://user:password@host:port/database?sslmode=verify-full&sslrootcert=/path}. The host
 * may be an absolute directory, percent-encoded or as the parameter {@code host}: then the
 * connection uses the Unix socket in that directory. The result of {@code toString} omits the
 * password.
 *
 * @param user not empty
 * @param host name, address, or a directory that begins with {@code /}
 * @param port 1..65535
 * @param database not empty
 * @param sslMode level of TLS that is required of the server
 * @param sslRootCertificate PEM file with the certificate authorities that may have signed the
 *     server's certificate; present if {@code sslMode} requires verification
 */
public record DatabaseUrl(
    String user,
    Secret password,
    String host,
    int port,
    String database,
    SslMode sslMode,
    Optional<String> sslRootCertificate) {
  private static final String FORMAT = "postgresql://user:password@host:port/database";
  private static final int DEFAULT_PORT = 5432;
  private static final Set<String> PARAMETERS = Set.of("sslmode", "sslrootcert", "host");
  private static final Pattern URL_PATTERN =
      Pattern.compile(
          "postgres(?:ql)?://([^:@/?#]+)(?::([^:@/?#]*))?@"
              + "(\\[[0-9a-fA-F:.]+]|[^:@/?#\\[\\],\\s]*)(?::([0-9]{1,5}))?/([^/?#]+)(?:\\?([^#]*))?");

  /**
   * Parses a URL.
   *
   * @throws IllegalArgumentException if it is malformed; the message never contains the password
   */
  public static DatabaseUrl parse(String text) {
    var matcher = URL_PATTERN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "expected "
              + FORMAT
              + " with exactly one host; in user and password : / ? # @ % must be percent-encoded");
    }
    var parameters = parseParameters(matcher.group(6));
    var authorityHost = decode(matcher.group(3)).replaceAll("[\\[\\]]", "");
    var host = parameters.getOrDefault("host", authorityHost);
    if (host.isEmpty()) {
      throw new IllegalArgumentException("the host is missing; expected " + FORMAT);
    }
    requireCertificate(parameters);
    return new DatabaseUrl(
        decode(matcher.group(1)),
        matcher.group(2) == null ? Secret.NONE : new Secret(decode(matcher.group(2))),
        host,
        parsePort(matcher.group(4)),
        decode(matcher.group(5)),
        host.startsWith("/") ? SslMode.DISABLE : parseSslMode(parameters),
        Optional.ofNullable(parameters.get("sslrootcert")));
  }

  PgConnectOptions connectOptions() {
    var options =
        new PgConnectOptions()
            .setHost(host)
            .setPort(port)
            .setUser(user)
            .setPassword(password.text())
            .setDatabase(database)
            .setSslMode(sslMode);
    return sslMode == SslMode.DISABLE ? options : options.setSslOptions(sslOptions());
  }

  /** The URL without the password and the parameters. */
  @Override
  public String toString() {
    return "postgresql://" + user + "@" + new HostPort(host, port) + "/" + database;
  }

  private ClientSSLOptions sslOptions() {
    var isVerified = sslMode == SslMode.VERIFY_CA || sslMode == SslMode.VERIFY_FULL;
    var ssl =
        new ClientSSLOptions()
            .setTrustAll(!isVerified)
            .setHostnameVerificationAlgorithm(sslMode == SslMode.VERIFY_FULL ? "HTTPS" : "");
    sslRootCertificate.ifPresent(
        file -> ssl.setTrustOptions(new PemTrustOptions().addCertPath(file)));
    return ssl;
  }

  private static Map<String, String> parseParameters(@Nullable String query) {
    var parameters = new HashMap<String, String>();
    for (var parameter : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
      var separatorIndex = parameter.indexOf('=');
      var name = separatorIndex < 0 ? parameter : parameter.substring(0, separatorIndex);
      if (separatorIndex < 0 || !PARAMETERS.contains(name)) {
        throw new IllegalArgumentException(
            "unknown parameter '" + name + "'; expected sslmode, sslrootcert or host");
      }
      parameters.put(name, decode(parameter.substring(separatorIndex + 1)));
    }
    return parameters;
  }

  private static SslMode parseSslMode(Map<String, String> parameters) {
    var name = parameters.getOrDefault("sslmode", SslMode.PREFER.value);
    try {
      return SslMode.of(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "sslmode must be disable, allow, prefer, require, verify-ca or verify-full: '"
              + name
              + "'",
          e);
    }
  }

  private static void requireCertificate(Map<String, String> parameters) {
    var isVerified = parseSslMode(parameters).value.startsWith("verify");
    var file = parameters.getOrDefault("sslrootcert", "");
    if (isVerified && !Files.isRegularFile(Path.of(file))) {
      throw new IllegalArgumentException(
          "sslmode "
              + parameters.get("sslmode")
              + " requires sslrootcert=FILE, a PEM file; got '"
              + file
              + "'");
    }
  }

  private static int parsePort(@Nullable String text) {
    var port = text == null ? DEFAULT_PORT : Integer.parseInt(text);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + text + " is not a number from 1 to 65535");
    }
    return port;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a % is not followed by two hexadecimal digits", e);
    }
  }
}
