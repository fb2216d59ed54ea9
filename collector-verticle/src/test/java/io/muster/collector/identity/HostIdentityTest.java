package io.muster.collector.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.collector.proc.HostFilesFixture;
import io.muster.schema.client.ClientId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostIdentityTest {
  private static final String MACHINE_ID = "0123456789abcdef0123456789abcdef";
  private static final String UUID = "9F2B1C3D-4E5F-6071-8293-A4B5C6D7E8F9";
  private static final Supplier<Optional<String>> NO_HARDWARE = Optional::empty;

  private final Path dataDirectory;
  private final HostFilesFixture files;

  HostIdentityTest(@TempDir Path directory) {
    this.dataDirectory = directory.resolve("data/muster");
    this.files =
        HostFilesFixture.empty(directory.resolve("root"))
            .write("proc/sys/kernel/hostname", "gpu-01\n");
  }

  @Test
  void resolve_machineId_isHashed() {
    files.write("etc/machine-id", MACHINE_ID + "\n");

    var identity = resolve();

    assertThat(identity.hostname()).isEqualTo("gpu-01");
    assertThat(ClientId.normalize(identity.clientId())).contains(identity.clientId());
    assertThat(identity.clientId()).isNotEqualTo(MACHINE_ID);
    assertThat(dataDirectory).doesNotExist();
  }

  @Test
  void resolve_sameMachine_neverChanges() {
    files.write("etc/machine-id", MACHINE_ID);

    // Changing this value orphans the history of every existing host.
    assertThat(resolve().clientId()).isEqualTo("6d5d9e812f4094a62521916e8267e662");
  }

  @Test
  void resolve_clonesOfOneDisk_differByHostname() {
    files.write("etc/machine-id", MACHINE_ID);

    assertThat(resolve(Optional.of("gpu-01")).clientId())
        .isEqualTo(resolve(Optional.of("GPU-01")).clientId())
        .isNotEqualTo(resolve(Optional.of("gpu-02")).clientId());
  }

  @Test
  void resolve_noMachineId_fallsBackInOrder() {
    files.write("sys/class/dmi/id/product_uuid", UUID);
    var byUuid = resolve().clientId();
    files.write("var/lib/dbus/machine-id", "f".repeat(31) + "0");
    var byDbus = resolve().clientId();
    files.write("etc/machine-id", MACHINE_ID);
    var byMachineId = resolve().clientId();

    assertThat(byUuid).isNotEqualTo(byDbus);
    assertThat(byDbus).isNotEqualTo(byMachineId);
    assertThat(byUuid)
        .isEqualTo(
            ClientIdResolver.derive(UUID.replace("-", "").toLowerCase(Locale.ROOT), "gpu-01"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "uninitialized",
        "00000000000000000000000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "03000200-0400-0500-0006-000700080009",
        "Not Settable",
        "0123"
      })
  void resolve_placeholderId_isSkipped(String placeholder) {
    files.write("etc/machine-id", placeholder).write("sys/class/dmi/id/product_uuid", placeholder);

    var identity =
        HostIdentity.resolve(
            files.directory(), dataDirectory, Optional.empty(), () -> Optional.of(UUID));

    assertThat(identity.clientId())
        .isEqualTo(
            ClientIdResolver.derive(ClientIdResolver.validMachineId(UUID).orElseThrow(), "gpu-01"));
  }

  @Test
  void resolve_nothingKnown_generatesAnIdOnce() throws IOException {
    var first = resolve();

    assertThat(resolve()).isEqualTo(first);
    try (var files = Files.list(dataDirectory)) {
      assertThat(files).containsExactly(dataDirectory.resolve("machine-id"));
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void resolve_generatedId_isReadableByItsOwnerOnly() throws IOException {
    resolve();

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(dataDirectory.resolve("machine-id"))))
        .isEqualTo("rw-------");
  }

  @Test
  void resolve_idCannotBeSaved_failsWithTheDirectory() throws IOException {
    Files.createDirectories(dataDirectory.getParent());
    Files.writeString(dataDirectory, "a file where a directory should be");

    assertThatThrownBy(this::resolve)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(dataDirectory.toString());
  }

  @Test
  void resolve_noKernelHostname_usesTheNetworkName() {
    files.write("etc/machine-id", MACHINE_ID).write("proc/sys/kernel/hostname", "(none)\n");

    assertThat(resolve().hostname()).isNotBlank().isNotEqualTo("(none)");
  }

  private HostIdentity resolve() {
    return resolve(Optional.empty());
  }

  private HostIdentity resolve(Optional<String> hostname) {
    return HostIdentity.resolve(files.directory(), dataDirectory, hostname, NO_HARDWARE);
  }
}
