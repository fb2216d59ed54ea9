package io.muster.collector.inspection.linux;

import com.sun.management.ThreadMXBean;
import io.muster.runtime.node.Clocks;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a close look costs on this machine: CPU time and garbage. Not part of the gate: run {@code
 * main} with the test class path.
 */
public final class InspectionBenchmark {
  private static final Logger log = LoggerFactory.getLogger(InspectionBenchmark.class);
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 500;

  private InspectionBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    var inspector = new LinuxInspector(Path.of("/"), Clocks.system());
    long own = ProcessHandle.current().pid();
    var looks =
        List.of(
            new Named("vitals", inspector::vitals),
            new Named("disks", inspector::disks),
            new Named("processes", inspector::processes),
            new Named("process", () -> inspector.process(own)));
    for (var look : looks) {
      measure(look, 1, "first");
      measure(look, WARM_UP, "warm-up");
      measure(look, ROUNDS, "warm");
    }
    log.info("measured on processes={}", inspector.processes().size());
  }

  private static void measure(Named look, int rounds, String state) throws IOException {
    var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long cpuNanos = thread.getCurrentThreadCpuTime();
    long bytes = thread.getCurrentThreadAllocatedBytes();
    for (int round = 0; round < rounds; round++) {
      look.look.run();
    }
    log.info(
        "measured what={} state={} cpu_us={} garbage_bytes={}",
        look.name,
        state,
        (thread.getCurrentThreadCpuTime() - cpuNanos) / 1000 / rounds,
        (thread.getCurrentThreadAllocatedBytes() - bytes) / rounds);
  }

  private record Named(String name, Look look) {}

  private interface Look {
    void run() throws IOException;
  }
}
