package io.muster.collector.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.proc.HostFilesFixture;
import io.muster.collector.proc.KernelFileScanner;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkReaderTest {
  private static final String HEADER = "Inter-|\n face |bytes\n";

  private final Path directory;

  NetworkReaderTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void read_server_countsBondMembersOnly() throws IOException {
    var counters = reader(HostFilesFixture.copy("two-sockets", directory)).read();

    assertThat(counters.receivedBytes()).isEqualTo(18_446_745_073L);
    assertThat(counters.sentBytes()).isEqualTo(4_294_969_296L);
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

    var counters = reader(files).read();

    assertThat(counters.receivedBytes()).isEqualTo(71);
    assertThat(counters.sentBytes()).isEqualTo(82);
  }

  @Test
  void read_interfaceAdded_countsItImmediately() throws IOException {
    var files = HostFilesFixture.copy("small-vm", directory);
    var reader = reader(files);
    reader.read();
    files
        .write("sys/class/net/eth1/device/vendor", "0x8086\n")
        .write(
            "proc/self/net/dev",
            HEADER + "eth0: 1 0 0 0 0 0 0 0 2 0\n eth1: 10 0 0 0 0 0 0 0 20 0\n lo: 9 0\n");

    var counters = reader.read();

    assertThat(counters.receivedBytes()).isEqualTo(11);
    assertThat(counters.sentBytes()).isEqualTo(22);
  }

  private static NetworkReader reader(HostFilesFixture files) {
    return new NetworkReader(files.hostRoot(), new KernelFileScanner());
  }
}
