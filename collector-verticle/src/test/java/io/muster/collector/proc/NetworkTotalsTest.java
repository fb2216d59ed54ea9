package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkTotalsTest {
  private static final String HEADER = "Inter-|\n face |bytes\n";

  private final Path directory;

  NetworkTotalsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void read_server_countsBondMembersOnly() throws IOException {
    var totals = readTotals(HostFilesFixture.copy("two-sockets", directory));

    assertThat(totals.receivedBytes()).isEqualTo(18_446_745_073L);
    assertThat(totals.sentBytes()).isEqualTo(4_294_969_296L);
  }

  @Test
  void read_containerWithoutPhysicalInterface_countsAllButLoopback() throws IOException {
    var files =
        HostFilesFixture.empty(directory)
            .write(
                "proc/self/net/dev",
                HEADER
                    + "    lo: 5 0 0 0 0 0 0 0 5 0\n  eth0: 70 0 0 0 0 0 0 0 80 0\n"
                    + " local1: 1 0 0 0 0 0 0 0 2 0\n");

    var totals = readTotals(files);

    assertThat(totals.receivedBytes()).isEqualTo(71);
    assertThat(totals.sentBytes()).isEqualTo(82);
  }

  @Test
  void read_interfaceAdded_countsItImmediately() throws IOException {
    var files = HostFilesFixture.copy("small-vm", directory);
    var totals = readTotals(files);
    files
        .write("sys/class/net/eth1/device/vendor", "0x8086\n")
        .write(
            "proc/self/net/dev",
            HEADER + "eth0: 1 0 0 0 0 0 0 0 2 0\n eth1: 10 0 0 0 0 0 0 0 20 0\n lo: 9 0\n");

    totals.read(new KernelFileScanner());

    assertThat(totals.receivedBytes()).isEqualTo(11);
    assertThat(totals.sentBytes()).isEqualTo(22);
  }

  private static NetworkTotals readTotals(HostFilesFixture files) throws IOException {
    var totals = new NetworkTotals(files.hostRoot());
    totals.read(new KernelFileScanner());
    return totals;
  }
}
