package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryUsageTest {
  private final Path directory;

  MemoryUsageTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void parse_server_convertsEachValueToBytes() {
    var usage =
        MemoryUsage.parse(
            HostFilesFixture.copy("two-sockets", directory).openScanner("proc/meminfo"));

    assertThat(usage)
        .isEqualTo(
            new MemoryUsage(
                1056489216L * 1024,
                956489216L * 1024,
                812345678L * 1024,
                1234567L * 1024,
                98765432L * 1024,
                8388604L * 1024,
                8000000L * 1024));
  }

  @Test
  void parse_kernelWithoutMemAvailable_sumsReclaimableMemory() {
    var files =
        HostFilesFixture.empty(directory)
            .write("m", "MemTotal: 100 kB\nMemFree: 10 kB\nBuffers: 5 kB\nCached: 20 kB\n");

    assertThat(MemoryUsage.parse(files.openScanner("m")).availableBytes()).isEqualTo(35 * 1024);
  }
}
