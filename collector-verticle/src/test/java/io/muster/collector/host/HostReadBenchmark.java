package io.muster.collector.host;

import com.sun.management.ThreadMXBean;
import io.muster.collector.oshi.OshiHostSource;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReadRequests;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadRequest;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Benchmark of the cost of a read on this machine: CPU time and allocated bytes, without processes
 * and with them. Not part of the gate: run {@code main} with the test class path. The argument
 * {@code oshi} measures OSHI instead of the kernel's files.
 */
public final class HostReadBenchmark {
  private static final Logger log = LoggerFactory.getLogger(HostReadBenchmark.class);
  private static final int WARM_UP_ROUNDS = 300;
  private static final int ROUNDS = 1_000;
  private static final int OSHI_ROUNDS = 20;

  private HostReadBenchmark() {}

  public static void main(String[] arguments) {
    boolean usesOshi = arguments.length > 0 && arguments[0].equals("oshi");
    int rounds = usesOshi ? OSHI_ROUNDS : ROUNDS;
    try (HardwareSource<HostReadings> source =
        usesOshi
            ? new OshiHostSource(System::nanoTime)
            : new LinuxHostSource(Path.of("/"), System::nanoTime)) {
      measure("first", source, HostReadRequests.WITH_PROCESSES, 1);
      measure("warm-up", source, HostReadRequests.WITH_PROCESSES, Math.min(WARM_UP_ROUNDS, rounds));
      measure("tick", source, HostReadRequests.WITHOUT_PROCESSES, rounds);
      measure("tick with processes", source, HostReadRequests.WITH_PROCESSES, rounds);
    }
  }

  private static void measure(
      String label, HardwareSource<HostReadings> source, ReadRequest request, int rounds) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long cpuNanos = threads.getCurrentThreadCpuTime();
    long allocatedBytes = threads.getCurrentThreadAllocatedBytes();
    int processCount = 0;
    for (int round = 0; round < rounds; round++) {
      processCount = source.read(request).processes().map(rows -> rows.size()).orElse(0);
    }
    log.info(
        "measured what={} processes={} cpu_us={} allocated_bytes={}",
        label,
        processCount,
        (threads.getCurrentThreadCpuTime() - cpuNanos) / 1000 / rounds,
        (threads.getCurrentThreadAllocatedBytes() - allocatedBytes) / rounds);
  }
}
