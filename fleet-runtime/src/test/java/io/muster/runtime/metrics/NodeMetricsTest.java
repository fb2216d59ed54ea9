package io.muster.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeMetricsTest {
  @Test
  void scrape_anyMeter_hasThePrefixMuster() {
    var registry = NodeMetrics.createRegistry();
    Counter.builder("vertx.messages").description("Messages").register(registry).increment(2);
    Counter.builder("muster.frames").description("Frames").register(registry).increment();

    assertThat(registry.scrape().lines())
        .contains("# HELP muster_vertx_messages_total Messages", "muster_vertx_messages_total 2.0")
        .contains("# HELP muster_frames_total Frames", "muster_frames_total 1.0")
        .hasSize(6);
  }

  @Test
  void bindProcessMetrics_thisJvm_registersItsResourceUsage() {
    var registry = NodeMetrics.createRegistry();
    NodeMetrics.bindProcessMetrics(registry);

    for (var name :
        List.of(
            "muster.process.cpu.seconds",
            "muster.process.uptime.seconds",
            "muster.process.open.fds",
            "muster.process.max.fds",
            "muster.jvm.memory.used.bytes",
            "muster.jvm.memory.max.bytes",
            "muster.jvm.threads")) {
      assertThat(registry.get(name).meters())
          .as(name)
          .allSatisfy(
              meter -> {
                assertThat(meter.measure().iterator().next().getValue()).isPositive();
                assertThat(meter.getId().getDescription()).isNotBlank();
              });
    }
    assertThat(registry.get("muster.process.start.time.seconds").gauge().value())
        .isBetween(1.7e9, 1e11);
    assertThat(registry.scrape())
        .contains("muster_process_cpu_seconds_total ")
        .contains("muster_jvm_memory_used_bytes{area=\"heap\"} ")
        .contains("muster_jvm_gc_seconds_total{gc=\"")
        .contains("muster_jvm_gc_collections_total{gc=\"");
  }
}
