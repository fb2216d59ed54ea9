package io.muster.api.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class KeytoolIT {
  private static final Instant NOW = Instant.parse("2026-08-08T12:34:56.789Z");
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void generate_hostnameWithSyntax_isOneHarmlessLabel() throws Exception {
    var certificate = generate("gpu,O=Evil+C=x\",dns:evil.example -ext bc=ca:true", List.of());

    assertThat(certificate.getSubjectX500Principal().getName())
        .isEqualTo("CN=gpu_O_Evil_C_x__dns:evil.example_-ext_bc_ca:true");
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(names(certificate))
        .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "0.0.0.0");
  }

  @Test
  void generate_addressesOfBothKinds_areAddresses() throws Exception {
    var certificate =
        generate("2001:db8::7", List.of("fe80::1%eth0", "::ffff:10.0.0.7", "*.a.example"));

    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=2001:db8::7");
    assertThat(names(certificate))
        .containsExactly(
            "2001:db8:0:0:0:0:0:7",
            "localhost",
            "127.0.0.1",
            "0:0:0:0:0:0:0:1",
            "0.0.0.0",
            "fe80:0:0:0:0:0:0:1",
            "10.0.0.7",
            "*.a.example");
  }

  @Test
  void open_programIsMissing_namesTheRemedyAndLeavesNothing() throws Exception {
    assertThatThrownBy(() -> open(new Keytool(folder.resolve("none"), TIMEOUT)))
        .isInstanceOf(TlsException.class)
        .hasMessageStartingWith(
            "api.listen.tls: cannot generate a certificate;"
                + " configure one with api.tls.cert, api.tls.key: "
                + folder.resolve("none")
                + " cannot be run: ")
        .hasMessageNotContaining("\n");
    assertNoFilesAreLeft();
  }

  @Test
  void open_programFails_reportsItsOutputInOneBoundedLine() throws Exception {
    var program = program("echo one; echo two >&2; printf %05000d 7; touch keystore.p12; exit 3");

    assertThatThrownBy(() -> open(new Keytool(program, TIMEOUT)))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("api.tls.cert, api.tls.key: ")
        .hasMessageContaining(program + " failed with status 3: one two 000")
        .hasMessageNotContaining("\n")
        .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(1500));
    assertNoFilesAreLeft();
  }

  @Test
  void open_programWritesNoStore_fails() throws Exception {
    assertThatThrownBy(() -> open(new Keytool(program("exit 0"), TIMEOUT)))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("api.tls.cert, api.tls.key: ")
        .hasMessageContaining("keystore.p12");
    assertNoFilesAreLeft();
  }

  @Test
  void open_programHangs_isKilled() throws Exception {
    var pid = folder.resolve("pid");
    var program = program("echo $$ >" + pid + "; exec sleep 600");

    assertThatThrownBy(() -> open(new Keytool(program, Duration.ofSeconds(2))))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("api.tls.cert, api.tls.key: ")
        .hasMessageEndingWith(program + " did not end within 2000 ms");
    assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))).isNotPresent();
    assertNoFilesAreLeft();
  }

  @Test
  void open_program_hasNoInputAndThePasswordInItsEnvironmentOnly() throws Exception {
    var program = program("cat; echo \"$* [$STORE_PASSWORD]\" | grep -o '.-storepass.*'; exit 1");

    assertThatThrownBy(() -> open(new Keytool(program, TIMEOUT)))
        .hasMessageMatching(".* -storepass:env STORE_PASSWORD \\[[0-9a-f]{32}]");
  }

  private X509Certificate generate(String hostname, List<String> names) throws Exception {
    var pair = Keytool.ofThisJvm().generate(SubjectNames.of(hostname, names), NOW, folder);
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
    return pair.certificate();
  }

  private static List<String> names(X509Certificate certificate) throws Exception {
    return certificate.getSubjectAlternativeNames().stream()
        .map(name -> name.get(1).toString())
        .toList();
  }

  private ServerIdentity open(Keytool keytool) throws TlsException {
    var config = new TlsConfig(Optional.empty(), folder.resolve("data/tls"), List.of());
    return ServerIdentity.open(config, "gpu-01", InstantSource.fixed(NOW), keytool);
  }

  private Path program(String script) throws IOException {
    var file = Files.writeString(folder.resolve("program"), "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private void assertNoFilesAreLeft() throws IOException {
    try (var files = Files.list(folder.resolve("data"))) {
      assertThat(files).isEmpty();
    }
  }
}
