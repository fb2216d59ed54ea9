package io.muster.api.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.runtime.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs the JDK's keytool to generate certificates: ECDSA over P-256 with SHA-256, for servers only,
 * not for a certificate authority. The JDK has no public API for that. A run takes about a second.
 */
final class Keytool {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);
  private static final DateTimeFormatter START_FORMAT =
      DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final String STORE_FILE = "keystore.p12";
  private static final String ALIAS = "muster";
  private static final String PASSWORD_VARIABLE = "STORE_PASSWORD";
  private static final int PASSWORD_BYTES = 16;
  private static final int MAX_ERROR_BYTES = 1000;
  // Their options may be meant for this JVM only: a debugger port, an agent, a heap size.
  private static final Set<String> JVM_OPTIONS =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  /** The options that are the same for all certificates; the time zone is that of -startdate. */
  private static final String OPTIONS =
      """
      -J-Duser.timezone=UTC -J-Duser.language=en
      -genkeypair -keyalg EC -groupname secp256r1 -sigalg SHA256withECDSA -validity 3652
      -ext bc:critical=ca:false -ext ku:critical=digitalSignature -ext eku=serverAuth
      -storetype PKCS12 -keystore %s -alias %s
      """
          .formatted(STORE_FILE, ALIAS);

  private final Path program;
  private final Duration timeout;

  /**
   * Runs the program on {@link #generate} only.
   *
   * @param timeout run time after which the program is killed
   */
  Keytool(Path program, Duration timeout) {
    this.program = program;
    this.timeout = timeout;
  }

  /** The keytool of the running JVM. */
  static Keytool ofThisJvm() {
    var isWindows = System.getProperty("os.name", "").startsWith("Windows");
    var javaHome = Path.of(requireNonNull(System.getProperty("java.home")));
    return new Keytool(
        javaHome.resolve("bin").resolve(isWindows ? "keytool.exe" : "keytool"), TIMEOUT);
  }

  /**
   * Generates a pair that is valid for ten years, from five minutes ago, since clocks differ.
   *
   * @param directory private directory; no file remains there
   */
  CertificateKeyPair generate(SubjectNames names, Instant now, Path directory)
      throws IOException, GeneralSecurityException, TlsException {
    var password = Secret.random(PASSWORD_BYTES).text();
    var store = directory.resolve(STORE_FILE);
    try {
      run(command(names, now), directory, password);
      return readStore(store, password.toCharArray());
    } finally {
      Files.deleteIfExists(store);
    }
  }

  private List<String> command(SubjectNames names, Instant now) {
    var alternativeNames =
        names.all().stream().map(Keytool::alternativeName).collect(Collectors.joining(","));
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(OPTIONS.strip().split("\\s+")));
    command.addAll(List.of("-dname", "CN=" + names.commonName()));
    command.addAll(List.of("-startdate", START_FORMAT.format(now.minus(CLOCK_TOLERANCE))));
    command.addAll(List.of("-ext", "san=" + alternativeNames));
    command.addAll(List.of("-storepass:env", PASSWORD_VARIABLE));
    return command;
  }

  private static String alternativeName(String name) {
    return SubjectNames.address(name).map(address -> "ip:" + address).orElse("dns:" + name);
  }

  /**
   * Runs the program. Its output is read at its end: if that exceeds the pipe, the program blocks,
   * and is killed.
   */
  private void run(List<String> command, Path directory, String password) throws TlsException {
    var builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeAll(JVM_OPTIONS);
    builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER_")); // secrets
    builder.environment().put(PASSWORD_VARIABLE, password);
    try {
      var process = builder.start();
      try (var output = process.getInputStream()) {
        process.getOutputStream().close();
        if (!process.waitFor(timeout.toMillis(), MILLISECONDS)) {
          process.destroyForcibly().waitFor(timeout.toMillis(), MILLISECONDS);
          throw new TlsException(program + " did not end within " + timeout.toMillis() + " ms");
        }
        if (process.exitValue() != 0) {
          var error = new String(output.readNBytes(MAX_ERROR_BYTES), UTF_8);
          throw new TlsException(
              program + " failed with status " + process.exitValue() + ": " + oneLine(error));
        }
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new TlsException(
          program + " cannot be run: " + oneLine(String.valueOf(e.getMessage())), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TlsException(program + " was interrupted", e);
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
  }

  private static CertificateKeyPair readStore(Path file, char[] password)
      throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    try (var content = Files.newInputStream(file)) {
      store.load(content, password);
    }
    return new CertificateKeyPair(
        List.of(requireNonNull((X509Certificate) store.getCertificate(ALIAS))),
        requireNonNull((PrivateKey) store.getKey(ALIAS, password)));
  }
}
