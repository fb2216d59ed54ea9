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
 * Measures the cost of inspections on this machine: CPU time and garbage. Not part of the gate: run
 * {@code main} with the test class path.
 */
public final class InspectionBenchmark {
  private static final Logger log = LoggerFactory.getLogger(InspectionBenchmark.class);
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 500;

  private InspectionBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    var inspector = new LinuxInspector(Path.of("/"), Clocks.system());
    long ownPid = ProcessHandle.current().pid();
    var calls =
        List.of(
            new NamedCall("vitals", inspector::vitals),
            new NamedCall("disks", inspector::disks),
            new NamedCall("processes", inspector::processes),
            new NamedCall("process", () -> inspector.process(ownPid)));
    for (var call : calls) {
      measure(call, 1, "first");
      measure(call, WARM_UP, "warm-up");
      measure(call, ROUNDS, "warm");
    }
    log.info("measured host processes={}", inspector.processes().size());
  }

  private static void measure(NamedCall namedCall, int rounds, String state) throws IOException {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long cpuNanos = threads.getCurrentThreadCpuTime();
    long allocatedBytes = threads.getCurrentThreadAllocatedBytes();
    for (int round = 0; round < rounds; round++) {
      namedCall.call.run();
    }
    log.info(
        "measured call={} state={} cpu_us={} garbage_bytes={}",
        namedCall.name,
        state,
        (threads.getCurrentThreadCpuTime() - cpuNanos) / 1000 / rounds,
        (threads.getCurrentThreadAllocatedBytes() - allocatedBytes) / rounds);
  }

  private record NamedCall(String name, InspectionCall call) {}

  private interface InspectionCall {
    void run() throws IOException;
  }
}
