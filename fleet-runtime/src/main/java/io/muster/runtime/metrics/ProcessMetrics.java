package io.muster.runtime.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.util.function.ToDoubleFunction;

/**
 * What this JVM takes from its machine. The ready-made binders of Micrometer ask for the state of
 * every thread at each scrape; these read a dozen numbers.
 */
final class ProcessMetrics {
  private static final double SECONDS_PER_NANO = 1e-9;
  private static final double SECONDS_PER_MILLI = 1e-3;
  private static final String SECONDS_UNIT = "seconds";

  private final MeterRegistry registry;

  ProcessMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void bind() {
    var runtime = ManagementFactory.getRuntimeMXBean();
    Gauge.builder(
            "muster.process.start.time", runtime, bean -> bean.getStartTime() * SECONDS_PER_MILLI)
        .baseUnit(SECONDS_UNIT)
        .description("When this process started, Unix time")
        .register(registry);
    Gauge.builder("muster.process.uptime", runtime, bean -> bean.getUptime() * SECONDS_PER_MILLI)
        .baseUnit(SECONDS_UNIT)
        .description("How long this process runs")
        .register(registry);
    bindOperatingSystem();
    bindMemory(ManagementFactory.getMemoryMXBean());
    ManagementFactory.getGarbageCollectorMXBeans().forEach(this::bindGarbageCollector);
    var threads = ManagementFactory.getThreadMXBean();
    Gauge.builder("muster.jvm.threads", threads, ThreadMXBean::getThreadCount)
        .description("Live threads of the JVM")
        .register(registry);
  }

  private void bindOperatingSystem() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    FunctionCounter.builder(
            "muster.process.cpu", system, bean -> bean.getProcessCpuTime() * SECONDS_PER_NANO)
        .baseUnit(SECONDS_UNIT)
        .description("User and system time that this process used")
        .register(registry);
    if (system instanceof UnixOperatingSystemMXBean unix) {
      Gauge.builder(
              "muster.process.open.fds",
              unix,
              UnixOperatingSystemMXBean::getOpenFileDescriptorCount)
          .description("Open file descriptors")
          .register(registry);
      Gauge.builder(
              "muster.process.max.fds", unix, UnixOperatingSystemMXBean::getMaxFileDescriptorCount)
          .description("File descriptors that this process may open")
          .register(registry);
    }
  }

  private void bindMemory(MemoryMXBean memory) {
    bindUsedMemory("heap", memory, bean -> bean.getHeapMemoryUsage().getUsed());
    bindUsedMemory("nonheap", memory, bean -> bean.getNonHeapMemoryUsage().getUsed());
    Gauge.builder("muster.jvm.memory.max", memory, bean -> bean.getHeapMemoryUsage().getMax())
        .baseUnit("bytes")
        .description("Memory that the heap may take")
        .tag("area", "heap")
        .register(registry);
  }

  private void bindUsedMemory(
      String area, MemoryMXBean memory, ToDoubleFunction<MemoryMXBean> used) {
    Gauge.builder("muster.jvm.memory.used", memory, used)
        .baseUnit("bytes")
        .description("Memory that the JVM uses")
        .tag("area", area)
        .register(registry);
  }

  private void bindGarbageCollector(GarbageCollectorMXBean collector) {
    FunctionCounter.builder(
            "muster.jvm.gc.collections", collector, GarbageCollectorMXBean::getCollectionCount)
        .description("Garbage collections")
        .tag("gc", collector.getName())
        .register(registry);
    FunctionCounter.builder(
            "muster.jvm.gc", collector, bean -> bean.getCollectionTime() * SECONDS_PER_MILLI)
        .baseUnit(SECONDS_UNIT)
        .description("Time spent in garbage collections")
        .tag("gc", collector.getName())
        .register(registry);
  }
}
