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
 * Metrics of the resources that this JVM uses. Micrometer's own binders query the state of every
 * thread at each scrape; these read a dozen numbers.
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
        .description("Start time of this process, Unix time")
        .register(registry);
    Gauge.builder("muster.process.uptime", runtime, bean -> bean.getUptime() * SECONDS_PER_MILLI)
        .baseUnit(SECONDS_UNIT)
        .description("Uptime of this process")
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
        .description("User and system CPU time used by this process")
        .register(registry);
    if (system instanceof UnixOperatingSystemMXBean unix) {
      Gauge.builder(
              "muster.process.open.fds",
              unix,
              UnixOperatingSystemMXBean::getOpenFileDescriptorCount)
          .description("Open file descriptors of this process")
          .register(registry);
      Gauge.builder(
              "muster.process.max.fds", unix, UnixOperatingSystemMXBean::getMaxFileDescriptorCount)
          .description("Maximum number of open file descriptors")
          .register(registry);
    }
  }

  private void bindMemory(MemoryMXBean memory) {
    bindUsedMemory("heap", memory, bean -> bean.getHeapMemoryUsage().getUsed());
    bindUsedMemory("nonheap", memory, bean -> bean.getNonHeapMemoryUsage().getUsed());
    Gauge.builder("muster.jvm.memory.max", memory, bean -> bean.getHeapMemoryUsage().getMax())
        .baseUnit("bytes")
        .description("Maximum heap size of the JVM")
        .tag("area", "heap")
        .register(registry);
  }

  private void bindUsedMemory(
      String area, MemoryMXBean memory, ToDoubleFunction<MemoryMXBean> used) {
    Gauge.builder("muster.jvm.memory.used", memory, used)
        .baseUnit("bytes")
        .description("Memory used by the JVM")
        .tag("area", area)
        .register(registry);
  }

  private void bindGarbageCollector(GarbageCollectorMXBean collector) {
    FunctionCounter.builder(
            "muster.jvm.gc.collections", collector, GarbageCollectorMXBean::getCollectionCount)
        .description("Garbage collections of the JVM")
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
