package io.muster.api.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The JDK's program that makes certificates: ECDSA over P-256 with SHA-256, no authority, for
 * servers only. The JDK has no interface for it. A run takes about a second.
 */
final class Keytool {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration BACK = Duration.ofMinutes(5);
  private static final Duration LIFETIME = Duration.ofDays(3652);
  private static final DateTimeFormatter START =
      DateTimeFormatter.ofPattern("uuuu/MM/dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final String STORE = "made.p12";
  private static final String ALIAS = "muster";
  private static final String PASSWORD = "STORE_PASSWORD";
  private static final int PASSWORD_BYTES = 16;
  private static final int MAX_ERROR_BYTES = 1000;
  // What they add may be no business of a second JVM: a debugger's port, an agent, a heap.
  private static final Set<String> JVM_OPTIONS =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private final Path program;
  private final Duration patience;

  /**
   * Runs nothing yet.
   *
   * @param patience how long the program may run before it is killed
   */
  Keytool(Path program, Duration patience) {
    this.program = program;
    this.patience = patience;
  }

  /** The one that belongs to the JVM that runs us. */
  static Keytool ofThisJvm() {
    var isWindows = System.getProperty("os.name", "").startsWith("Windows");
    var home = Path.of(requireNonNull(System.getProperty("java.home")));
    return new Keytool(
        home.resolve("bin").resolve(isWindows ? "keytool.exe" : "keytool"), PATIENCE);
  }

  /**
   * Makes a pair that is valid from a little before now, since clocks differ, for ten years.
   *
   * @param room directory that only we may enter; nothing is left there
   */
  PemPair make(SubjectNames names, Instant now, Path room)
      throws IOException, GeneralSecurityException, TlsException {
    var random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    var password = HexFormat.of().formatHex(random);
    var store = room.resolve(STORE);
    try {
      run(command(names, now), room, password);
      return read(store, password.toCharArray());
    } finally {
      Files.deleteIfExists(store);
    }
  }

  private List<String> command(SubjectNames names, Instant now) {
    return List.of(
        program.toString(),
        "-J-Duser.timezone=UTC", // That of -startdate.
        "-J-Duser.language=en",
        "-genkeypair",
        "-alias",
        ALIAS,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-sigalg",
        "SHA256withECDSA",
        "-dname",
        "CN=" + names.commonName(),
        "-startdate",
        START.format(now.minus(BACK)),
        "-validity",
        String.valueOf(LIFETIME.toDays()),
        "-ext",
        "bc:critical=ca:false",
        "-ext",
        "ku:critical=digitalSignature",
        "-ext",
        "eku=serverAuth",
        "-ext",
        "san=" + names.all().stream().map(Keytool::alternative).collect(Collectors.joining(",")),
        "-storetype",
        "PKCS12",
        "-keystore",
        STORE,
        "-storepass:env",
        PASSWORD);
  }

  private static String alternative(String name) {
    return SubjectNames.address(name).map(address -> "ip:" + address).orElse("dns:" + name);
  }

  /** What it says waits in the pipe: if it says more than that holds, it gets stuck, and killed. */
  private void run(List<String> command, Path room, String password) throws TlsException {
    var builder = new ProcessBuilder(command).directory(room.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeAll(JVM_OPTIONS);
    builder.environment().put(PASSWORD, password);
    try {
      var process = builder.start();
      try (var said = process.getInputStream()) {
        process.getOutputStream().close();
        if (!process.waitFor(patience.toMillis(), MILLISECONDS)) {
          process.destroyForcibly().waitFor(patience.toMillis(), MILLISECONDS);
          throw new TlsException(program + " did not end within " + patience.toMillis() + " ms");
        }
        if (process.exitValue() != 0) {
          var why = new String(said.readNBytes(MAX_ERROR_BYTES), UTF_8);
          throw new TlsException(
              program + " failed with status " + process.exitValue() + ": " + oneLine(why));
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

  private static PemPair read(Path file, char[] password)
      throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    try (var content = Files.newInputStream(file)) {
      store.load(content, password);
    }
    return new PemPair(
        List.of(requireNonNull((X509Certificate) store.getCertificate(ALIAS))),
        requireNonNull((PrivateKey) store.getKey(ALIAS, password)));
  }
}
