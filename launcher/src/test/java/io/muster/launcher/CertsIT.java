package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.cluster.bus.BusCertificateFiles;
import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.PemFile;
import io.muster.runtime.tls.PemFiles;
import io.muster.runtime.tls.WatchedIdentity;
import io.muster.testkit.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of {@code muster certs}, whose files are used as a node uses them. */
class CertsIT {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir private Path folder;

  private String output = "";

  @Test
  void issue_filesOfANode_areAcceptedOnTheEventBus() throws Exception {
    createAuthority();
    assertThat(run("issue", "gpu-01", "10.0.0.7", "--ca", path("ca"), "--directory", path("node")))
        .isZero();

    var node = folder.resolve("node");
    WatchedIdentity.open(
        new BusCertificateFiles(
            node.resolve("cert.pem"), node.resolve("key.pem"), node.resolve("ca.pem")),
        CLOCK);
    var pair = pair("node");
    assertThat(pair.certificate().getSubjectAlternativeNames())
        .containsExactly(List.of(2, "gpu-01"), List.of(7, "10.0.0.7"));
    assertThat(pair.expiresAt())
        .isBetween(
            CLOCK.instant().plus(Duration.ofDays(824)), CLOCK.instant().plus(Duration.ofDays(825)));
    assertThat(output)
        .isEqualTo(
            node.resolve("cert.pem")
                + " is valid until "
                + pair.expiresAt()
                + System.lineSeparator());
  }

  @Test
  void ca_andIssue_closeTheKeys() throws Exception {
    createAuthority();
    issue("node");

    assertThat(modes("ca"))
        .isEqualTo(Map.of("", "rwx------", "ca.pem", "rw-r--r--", "ca.key", "rw-------"));
    assertThat(modes("node"))
        .isEqualTo(
            Map.of(
                "", "rwx------",
                "ca.pem", "rw-r--r--",
                "cert.pem", "rw-r--r--",
                "key.pem", "rw-------"));
    for (var key : List.of("ca/ca.key", "node/key.pem")) {
      assertThat(Files.readString(folder.resolve(key)).lines().skip(1))
          .noneMatch(line -> output.contains(line));
    }
  }

  @Test
  void ca_andIssue_replaceNoFile() throws Exception {
    createAuthority();
    issue("node");
    for (var file : List.of("ca/ca.pem", "ca/ca.key")) {
      var content = Files.readString(folder.resolve(file));
      assertThat(run("ca", "--directory", path("ca"))).isEqualTo(1);
      assertThat(output).startsWith("muster: ").contains("already exists").hasLineCount(1);
      assertThat(folder.resolve(file)).hasContent(content);
    }
    for (var file : List.of("node/cert.pem", "node/key.pem", "node/ca.pem")) {
      Files.move(folder.resolve("node"), folder.resolve("all"));
      Files.createDirectory(folder.resolve("node"));
      Files.writeString(folder.resolve(file), "mine");

      assertThat(issueInto("node")).isEqualTo(1);

      assertThat(output)
          .isEqualTo(
              "muster: "
                  + folder.resolve(file)
                  + " already exists, and is not replaced"
                  + System.lineSeparator());
      try (var files = Files.list(folder.resolve("node"))) {
        assertThat(files).as("nothing else was written").hasSize(1);
      }
      assertThat(folder.resolve(file)).hasContent("mine");
      Files.delete(folder.resolve(file));
      Files.delete(folder.resolve("node"));
      Files.move(folder.resolve("all"), folder.resolve("node"));
    }
  }

  @Test
  void issue_ofAnAuthorityThatEndsEarlier_endsWithIt() throws Exception {
    assertThat(run("ca", "--directory", path("ca"), "--days", "10")).isZero();
    issue("node");

    var authority = PemFile.read(folder.resolve("ca/ca.pem")).certificates().get(0);
    assertThat(pair("node").certificate().getNotAfter()).isEqualTo(authority.getNotAfter());
  }

  @Test
  void issue_invalidArguments_areRejected() throws Exception {
    createAuthority();

    assertThat(run("issue", "--ca", path("ca"))).isEqualTo(2);
    assertThat(output).contains("HOST");
    assertThat(run("issue", "--ca", path("ca"), "a_b")).isEqualTo(2);
    assertThat(output).contains("HOST must be a host name or an address: 'a_b'");
    assertThat(run("issue", "--ca", path("ca"), "--days", "0", "a")).isEqualTo(2);
    assertThat(output).contains("--days must be a number from 1 to 36500: '0'");
    assertThat(run()).isEqualTo(2);
    assertThat(output).contains("Missing command: ca or issue");
  }

  @Test
  void issue_withoutAUsableAuthority_saysWhy() throws Exception {
    assertThat(issueInto("node")).isEqualTo(1);
    assertThat(output)
        .isEqualTo(
            "muster: " + folder.resolve("ca/ca.pem") + " does not exist" + System.lineSeparator());

    createAuthority();
    issue("node");
    Files.copy(folder.resolve("node/key.pem"), folder.resolve("node/ca.key"));
    Files.delete(folder.resolve("node/ca.pem"));
    Files.move(folder.resolve("node/cert.pem"), folder.resolve("node/ca.pem"));
    assertThat(run("issue", "--ca", path("node"), "--directory", path("other"), "b")).isEqualTo(1);

    assertThat(output).contains("node/ca.pem is not the certificate of an authority");
    assertThat(folder.resolve("other")).doesNotExist();
  }

  /** The strict mode of OpenSSL checks the extensions that RFC 5280 requires. */
  @Test
  @Requires("openssl")
  void issue_filesOfANode_areAcceptedByOpenSsl() throws Exception {
    createAuthority();
    issue("node");

    for (var purpose : List.of("sslserver", "sslclient")) {
      assertThat(
              openSsl(
                  "verify",
                  "-x509_strict",
                  "-purpose",
                  purpose,
                  "-verify_hostname",
                  "gpu-01",
                  "-CAfile",
                  path("node/ca.pem"),
                  path("node/cert.pem")))
          .isEqualTo(path("node/cert.pem") + ": OK\n");
    }
    assertThat(openSsl("x509", "-in", path("node/cert.pem"), "-noout", "-pubkey"))
        .startsWith("-----BEGIN PUBLIC KEY-----")
        .isEqualTo(openSsl("pkey", "-in", path("node/key.pem"), "-pubout"));
  }

  @Test
  void ca_withoutHomeAndLocale_works() throws IOException {
    try (var command =
        MusterProcess.runAfter(
            "umask 000",
            List.of("certs", "ca", "--directory", path("ca")),
            Map.of("LC_ALL", "C", "HOME", "/proc"))) {
      assertThat(command.awaitExit(Duration.ofMinutes(1))).isZero();
      assertThat(command.output()).contains("ca.pem is valid until ");
      assertThat(modes("ca")).containsEntry("ca.key", "rw-------").containsEntry("", "rwx------");
    }
  }

  private void createAuthority() {
    assertThat(run("ca", "--directory", path("ca"))).as("%s", output).isZero();
  }

  private void issue(String directory) {
    assertThat(issueInto(directory)).as("%s", output).isZero();
  }

  private int issueInto(String directory) {
    return run("issue", "--ca", path("ca"), "--directory", path(directory), "gpu-01");
  }

  private int run(String... arguments) {
    var all = new ArrayList<>(List.of("certs"));
    all.addAll(List.of(arguments));
    var run = ProgramRun.of(all.toArray(String[]::new));
    output = run.output();
    return run.exitCode();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private CertificateKeyPair pair(String directory) throws Exception {
    return CertificateKeyPair.read(
        new PemFiles(
            folder.resolve(directory).resolve("cert.pem"),
            folder.resolve(directory).resolve("key.pem")));
  }

  private Map<String, String> modes(String name) throws IOException {
    var directory = folder.resolve(name);
    var modes = new HashMap<String, String>();
    try (var files = Files.walk(directory)) {
      for (var file : files.toList()) {
        modes.put(
            directory.relativize(file).toString(),
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
    return modes;
  }

  private static String openSsl(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var text = process.getInputStream()) {
      return new String(text.readAllBytes(), UTF_8);
    }
  }
}
