package io.muster.runtime.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.muster.bus.metrics.MeterFactory;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;

/**
 * Metrics of the resources that this JVM uses. Micrometer's own binders query the state of every
 * thread at each scrape; these read a dozen numbers.
 */
final class ProcessMetrics {
  private static final double SECONDS_PER_NANO = 1e-9;
  private static final double SECONDS_PER_MILLI = 1e-3;

  private ProcessMetrics() {}

  static void bind(MeterFactory meters) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    meters.gauge(
        "process.start.time.seconds",
        "Start time of this process, Unix time",
        runtime,
        bean -> bean.getStartTime() * SECONDS_PER_MILLI);
    meters.gauge(
        "process.uptime.seconds",
        "Uptime of this process",
        runtime,
        bean -> bean.getUptime() * SECONDS_PER_MILLI);
    bindOperatingSystem(meters);
    bindMemory(ManagementFactory.getMemoryMXBean(), meters);
    ManagementFactory.getGarbageCollectorMXBeans()
        .forEach(
            collector ->
                bindGarbageCollector(collector, meters.withTag("gc", collector.getName())));
    meters.gauge(
        "jvm.threads",
        "Live threads of the JVM",
        ManagementFactory.getThreadMXBean(),
        ThreadMXBean::getThreadCount);
  }

  private static void bindOperatingSystem(MeterFactory meters) {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    meters.functionCounter(
        "process.cpu.seconds",
        "User and system CPU time used by this process",
        system,
        bean -> bean.getProcessCpuTime() * SECONDS_PER_NANO);
    if (system instanceof UnixOperatingSystemMXBean unix) {
      meters.gauge(
          "process.open.fds",
          "Open file descriptors of this process",
          unix,
          UnixOperatingSystemMXBean::getOpenFileDescriptorCount);
      meters.gauge(
          "process.max.fds",
          "Maximum number of open file descriptors",
          unix,
          UnixOperatingSystemMXBean::getMaxFileDescriptorCount);
    }
  }

  private static void bindMemory(MemoryMXBean memory, MeterFactory meters) {
    var heap = meters.withTag("area", "heap");
    var used = "jvm.memory.used.bytes";
    var description = "Memory used by the JVM";
    heap.gauge(used, description, memory, bean -> bean.getHeapMemoryUsage().getUsed());
    meters
        .withTag("area", "nonheap")
        .gauge(used, description, memory, bean -> bean.getNonHeapMemoryUsage().getUsed());
    heap.gauge(
        "jvm.memory.max.bytes",
        "Maximum heap size of the JVM",
        memory,
        bean -> bean.getHeapMemoryUsage().getMax());
  }

  private static void bindGarbageCollector(GarbageCollectorMXBean collector, MeterFactory meters) {
    meters.functionCounter(
        "jvm.gc.collections",
        "Garbage collections of the JVM",
        collector,
        GarbageCollectorMXBean::getCollectionCount);
    meters.functionCounter(
        "jvm.gc.seconds",
        "Time spent in garbage collections",
        collector,
        bean -> bean.getCollectionTime() * SECONDS_PER_MILLI);
  }
}
