package io.muster.api.tls;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.PemFiles;
import io.muster.runtime.tls.TlsException;
import io.muster.runtime.tls.WatchedIdentity;
import io.muster.schema.frame.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class ServerIdentityIT {
  private static final InstantSource NOW =
      InstantSource.fixed(Instant.parse("2026-08-08T12:34:56.789Z"));

  private static final Instant END = Instant.parse("2036-08-07T12:29:56Z");

  @TempDir private static Path shared;

  private static PemFiles sharedFiles;

  @TempDir private Path folder;

  @BeforeAll
  static void generateShared() throws Exception {
    sharedFiles = files(open(shared, "gpu.example", "10.0.0.7"));
  }

  @Test
  void open_firstTime_generatesACertificateForTheHostAndLocalNames() throws Exception {
    var certificate = CertificateKeyPair.read(sharedFiles).certificate();

    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=gpu-01");
    assertThat(certificate.getIssuerX500Principal())
        .isEqualTo(certificate.getSubjectX500Principal());
    assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(certificate.getVersion()).isEqualTo(3);
    assertThat(certificate.getBasicConstraints()).as("no authority").isEqualTo(-1);
    assertThat(certificate.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    assertThat(certificate.getKeyUsage()).startsWith(true).containsOnlyOnce(true);
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(certificate.getSubjectAlternativeNames().stream().map(name -> name.get(1)))
        .map(Object::toString)
        .containsExactly(
            "gpu-01",
            "localhost",
            "127.0.0.1",
            "0:0:0:0:0:0:0:1",
            "0.0.0.0",
            "gpu.example",
            "10.0.0.7");
    assertThat(certificate.getNotBefore()).isEqualTo("2026-08-08T12:29:56Z");
    assertThat(certificate.getNotAfter()).isEqualTo(END);
    assertThat(certificate.getSerialNumber()).isPositive();
    certificate.verify(certificate.getPublicKey());
    assertThat(sharedFiles.certificate()).content().startsWith("-----BEGIN CERTIFICATE-----\nMII");
    try (var files = Files.list(shared.resolve("tls"))) {
      assertThat(files).as("no store is left").hasSize(2);
    }
  }

  @Test
  void open_again_isTheSameWithRestoredPermissions() throws Exception {
    copySharedFiles();
    var first = open(folder);
    var directory = folder.resolve("tls");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(
        directory.resolve("key.pem"), PosixFilePermissions.fromString("rw-r--r--"));

    var second = open(folder, "other.example");

    assertThat(second.fingerprint())
        .isEqualTo(first.fingerprint())
        .matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(mode(directory)).isEqualTo("rwx------");
    assertThat(mode(directory.resolve("key.pem"))).isEqualTo("rw-------");
    try (var files = Files.list(folder)) {
      assertThat(files).as("nothing else is left").containsExactly(directory);
    }
  }

  @Test
  void open_concurrently_allGetTheSameCertificate() throws Exception {
    var many = 4;
    var begin = new CyclicBarrier(many);
    var threads = Executors.newFixedThreadPool(many);
    try {
      Callable<String> start =
          () -> {
            begin.await(60, SECONDS);
            return open(folder).fingerprint();
          };
      var fingerprints = new ArrayList<String>();
      for (var opened : threads.invokeAll(Collections.nCopies(many, start))) {
        fingerprints.add(opened.get());
      }
      assertThat(fingerprints).hasSize(many).containsOnly(open(folder).fingerprint());
      try (var files = Files.list(folder)) {
        assertThat(files).hasSize(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cert.pem", "key.pem"})
  void open_oneSelfSignedFileIsMissing_failsAndLeavesTheOther(String missing) throws Exception {
    var files = copySharedFiles();
    Files.delete(folder.resolve("tls").resolve(missing));

    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(TlsException.class)
        .hasMessageStartingWith("api.listen.tls: ")
        .hasMessageContaining(missing)
        .hasMessageContaining("api.tls.cert, api.tls.key");
    assertThat(Files.exists(files.key()) || Files.exists(files.certificate())).isTrue();
  }

  @Test
  void open_configuredFiles_areUsedUnchanged() throws Exception {
    var files = copySharedFiles();
    var key = Files.readString(files.key());
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r-----"));

    var identity = openConfigured(files.certificate(), files.key());

    assertThat(identity.certificate()).isEqualTo(files.certificate());
    assertThat(mode(files.key())).isEqualTo("rw-r-----");
    assertThat(files.key()).hasContent(key);
  }

  @Test
  void open_configuredFilesThatDoNotMatch_namesFileAndReason() throws Exception {
    var one = copySharedFiles();
    var other = Files.writeString(folder.resolve("other"), anotherKey());
    var nonsense = Files.writeString(folder.resolve("nonsense"), "nonsense");
    var cut =
        Files.writeString(
            folder.resolve("cut"), Files.readString(one.key()).replaceFirst("(?s)M.{40}", "M"));
    var old =
        Files.writeString(
            folder.resolve("old"), Files.readString(one.key()).replace("PRIVATE", "EC PRIVATE"));

    assertThatThrownBy(() -> openConfigured(one.certificate(), other))
        .hasMessage(
            "api.tls.cert, api.tls.key: " + other + " does not belong to " + one.certificate());
    assertThatThrownBy(() -> openConfigured(one.certificate(), folder.resolve("none")))
        .hasMessageContaining("none does not exist");
    assertThatThrownBy(() -> openConfigured(folder, one.key()))
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> openConfigured(one.certificate(), old))
        .hasMessageContaining("openssl pkcs8");
    for (var broken : List.of(nonsense, cut)) {
      assertThatThrownBy(() -> openConfigured(one.certificate(), broken))
          .isInstanceOf(TlsException.class)
          .hasMessageStartingWith("api.tls.cert, api.tls.key: " + broken + " ")
          .hasMessageNotContaining("\n");
      assertThatThrownBy(() -> openConfigured(broken, one.key()))
          .hasMessageContaining(broken.toString());
    }
  }

  @Test
  void open_lessThanThirtyDaysValid_warns() throws Exception {
    assertThat(warnings(sharedFiles, END.minus(Duration.ofDays(31)))).isEmpty();
    assertThat(warnings(sharedFiles, END.minus(Duration.ofDays(29))))
        .singleElement()
        .asString()
        .contains(sharedFiles.certificate().toString(), END.toString());
    assertThat(warnings(sharedFiles, END.plusSeconds(1))).hasSize(1);
  }

  /** Copies the shared pair to the directory that {@code open(folder)} uses. */
  private PemFiles copySharedFiles() throws IOException {
    var directory = Files.createDirectory(folder.resolve("tls"));
    return new PemFiles(
        Files.copy(sharedFiles.certificate(), directory.resolve("cert.pem")),
        Files.copy(sharedFiles.key(), directory.resolve("key.pem")));
  }

  private static String anotherKey() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return new CertificateKeyPair(List.of(), generator.generateKeyPair().getPrivate()).keyPem();
  }

  private static List<String> warnings(PemFiles files, Instant now) throws TlsException {
    try (var log = LogCapture.start(WatchedIdentity.class.getName())) {
      ServerIdentity.open(config(files, Path.of("none")), "gpu-01", InstantSource.fixed(now));
      return log.lines();
    }
  }

  private static ServerIdentity open(Path data, String... names) throws TlsException {
    var config = new TlsConfig(Optional.empty(), data.resolve("tls"), List.of(names));
    return ServerIdentity.open(config, "gpu-01", NOW).get();
  }

  private static ServerIdentity openConfigured(Path certificate, Path key) throws TlsException {
    var config = config(new PemFiles(certificate, key), Path.of("none"));
    return ServerIdentity.open(config, "gpu-01", NOW).get();
  }

  private static TlsConfig config(PemFiles files, Path directory) {
    return new TlsConfig(Optional.of(files), directory, List.of());
  }

  private static PemFiles files(ServerIdentity identity) {
    return new PemFiles(identity.certificate(), identity.certificate().resolveSibling("key.pem"));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
