package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkTotalsTest {
  private static final String TITLES = "Inter-|\n face |bytes\n";

  private final Path directory;

  NetworkTotalsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void read_server_countsTheMembersOfTheBondOnly() throws IOException {
    var totals = totals(CapturedTree.copy("two-sockets", directory));

    assertThat(totals.receivedBytes()).isEqualTo(18_446_745_073L);
    assertThat(totals.sentBytes()).isEqualTo(4_294_969_296L);
  }

  @Test
  void read_containerWithoutPhysicalInterface_countsAllButLoopback() throws IOException {
    var tree =
        CapturedTree.empty(directory)
            .with(
                "proc/self/net/dev",
                TITLES
                    + "    lo: 5 0 0 0 0 0 0 0 5 0\n  eth0: 70 0 0 0 0 0 0 0 80 0\n"
                    + " local1: 1 0 0 0 0 0 0 0 2 0\n");

    var totals = totals(tree);

    assertThat(totals.receivedBytes()).isEqualTo(71);
    assertThat(totals.sentBytes()).isEqualTo(82);
  }

  @Test
  void read_interfacePluggedIn_countsItAtOnce() throws IOException {
    var tree = CapturedTree.copy("small-vm", directory);
    var totals = totals(tree);
    tree.with("sys/class/net/eth1/device/vendor", "0x8086\n")
        .with(
            "proc/self/net/dev",
            TITLES + "eth0: 1 0 0 0 0 0 0 0 2 0\n eth1: 10 0 0 0 0 0 0 0 20 0\n lo: 9 0\n");

    totals.read(new KernelText());

    assertThat(totals.receivedBytes()).isEqualTo(11);
    assertThat(totals.sentBytes()).isEqualTo(22);
  }

  private static NetworkTotals totals(CapturedTree tree) throws IOException {
    var totals = new NetworkTotals(tree.tree());
    totals.read(new KernelText());
    return totals;
  }
}
