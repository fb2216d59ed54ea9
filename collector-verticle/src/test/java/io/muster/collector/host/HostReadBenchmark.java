package io.muster.collector.host;

import com.sun.management.ThreadMXBean;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReading;
import io.muster.collector.source.ReadRequest;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a read costs on this machine: CPU time and garbage, without processes and with them. Not
 * part of the gate: run {@code main} with the test class path. The argument {@code oshi} measures
 * OSHI instead of the kernel's files.
 */
public final class HostReadBenchmark {
  private static final Logger log = LoggerFactory.getLogger(HostReadBenchmark.class);
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 1_000;
  private static final int OSHI_ROUNDS = 20;

  private HostReadBenchmark() {}

  public static void main(String[] arguments) {
    boolean oshi = arguments.length > 0 && arguments[0].equals("oshi");
    int rounds = oshi ? OSHI_ROUNDS : ROUNDS;
    try (HardwareSource<HostReading> source =
        oshi
            ? new OshiHostSource(System::nanoTime)
            : new LinuxHostSource(Path.of("/"), System::nanoTime)) {
      measure("first", source, Requests.WITH_PROCESSES, 1);
      measure("warm-up", source, Requests.WITH_PROCESSES, Math.min(WARM_UP, rounds));
      measure("tick", source, Requests.PLAIN, rounds);
      measure("tick with processes", source, Requests.WITH_PROCESSES, rounds);
    }
  }

  private static void measure(
      String what, HardwareSource<HostReading> source, ReadRequest request, int rounds) {
    var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long cpuNanos = thread.getCurrentThreadCpuTime();
    long bytes = thread.getCurrentThreadAllocatedBytes();
    int processes = 0;
    for (int round = 0; round < rounds; round++) {
      processes = source.read(request).processes().map(rows -> rows.size()).orElse(0);
    }
    log.info(
        "measured what={} processes={} cpu_us={} garbage_bytes={}",
        what,
        processes,
        (thread.getCurrentThreadCpuTime() - cpuNanos) / 1000 / rounds,
        (thread.getCurrentThreadAllocatedBytes() - bytes) / rounds);
  }
}
