package io.muster.collector.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.collector.proc.CapturedTree;
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

  private final Path data;
  private final CapturedTree tree;

  HostIdentityTest(@TempDir Path directory) {
    this.data = directory.resolve("data/muster");
    this.tree =
        CapturedTree.empty(directory.resolve("root")).with("proc/sys/kernel/hostname", "gpu-01\n");
  }

  @Test
  void read_machineId_isAClientIdThatDoesNotShowIt() {
    tree.with("etc/machine-id", MACHINE_ID + "\n");

    var identity = read();

    assertThat(identity.hostname()).isEqualTo("gpu-01");
    assertThat(ClientId.normalize(identity.clientId())).contains(identity.clientId());
    assertThat(identity.clientId()).isNotEqualTo(MACHINE_ID);
    assertThat(data).doesNotExist();
  }

  @Test
  void read_sameMachine_neverChanges() {
    tree.with("etc/machine-id", MACHINE_ID);

    // Changing this value orphans the history of every host there is.
    assertThat(read().clientId()).isEqualTo("6d5d9e812f4094a62521916e8267e662");
  }

  @Test
  void read_clonesOfOneDisk_differByTheirNames() {
    tree.with("etc/machine-id", MACHINE_ID);

    assertThat(read(Optional.of("gpu-01")).clientId())
        .isEqualTo(read(Optional.of("GPU-01")).clientId())
        .isNotEqualTo(read(Optional.of("gpu-02")).clientId());
  }

  @Test
  void read_withoutMachineId_fallsBackInOrder() {
    tree.with("sys/class/dmi/id/product_uuid", UUID);
    var byUuid = read().clientId();
    tree.with("var/lib/dbus/machine-id", "f".repeat(31) + "0");
    var byDbus = read().clientId();
    tree.with("etc/machine-id", MACHINE_ID);
    var byMachineId = read().clientId();

    assertThat(byUuid).isNotEqualTo(byDbus);
    assertThat(byDbus).isNotEqualTo(byMachineId);
    assertThat(byUuid)
        .isEqualTo(ClientIdSource.derive(UUID.replace("-", "").toLowerCase(Locale.ROOT), "gpu-01"));
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
  void read_idThatIsNone_isPassedOver(String filler) {
    tree.with("etc/machine-id", filler).with("sys/class/dmi/id/product_uuid", filler);

    var hardware = HostIdentity.read(tree.root(), data, Optional.empty(), () -> Optional.of(UUID));

    assertThat(hardware.clientId())
        .isEqualTo(ClientIdSource.derive(ClientIdSource.usable(UUID).orElseThrow(), "gpu-01"));
  }

  @Test
  void read_nothingKnown_inventsAnIdOnceAndKeepsIt() throws IOException {
    var first = read();

    assertThat(read()).isEqualTo(first);
    try (var files = Files.list(data)) {
      assertThat(files).containsExactly(data.resolve("machine-id"));
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void read_inventedId_isForItsOwnerOnly() throws IOException {
    read();

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("machine-id"))))
        .isEqualTo("rw-------");
  }

  @Test
  void read_idCannotBeKept_saysWhere() throws IOException {
    Files.createDirectories(data.getParent());
    Files.writeString(data, "a file where a directory should be");

    assertThatThrownBy(this::read)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(data.toString());
  }

  @Test
  void read_kernelWithoutName_asksTheNetwork() {
    tree.with("etc/machine-id", MACHINE_ID).with("proc/sys/kernel/hostname", "(none)\n");

    assertThat(read().hostname()).isNotBlank().isNotEqualTo("(none)");
  }

  private HostIdentity read() {
    return read(Optional.empty());
  }

  private HostIdentity read(Optional<String> hostname) {
    return HostIdentity.read(tree.root(), data, hostname, NO_HARDWARE);
  }
}
