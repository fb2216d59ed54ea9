package io.muster.collector.host;

import io.muster.collector.source.HostSourceContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LinuxHostSourceContractTest extends HostSourceContract {
  private final HostSourceFixture host;
  private int elapsedTicks;

  LinuxHostSourceContractTest(@TempDir Path directory) {
    host =
        HostSourceFixture.twoSockets(directory)
            .addProcess(1, "init", HostSourceFixture.statFields('S', 5, 0), "/sbin/init\0");
  }

  @Override
  protected LinuxHostSource source() {
    return host.source;
  }

  @Override
  protected void generateLoad() {
    elapsedTicks += 300;
    var stat = new StringBuilder("cpu  1 1 1 1\n");
    for (int cpu = 0; cpu < 8; cpu++) {
      long busy = 1000 + (long) elapsedTicks * cpu / 8;
      long idle = 10000 + (long) elapsedTicks * (8 - cpu) / 8;
      stat.append("cpu%d %d 10 500 %d 100 0 50 0 0 0%n".formatted(cpu, busy, idle));
    }
    host.files.write("proc/stat", stat + "btime 1790000000\n");
  }
}
