package io.muster.api.allsmi;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.exposition.ExpositionFormat;
import io.muster.api.exposition.StrictExpositionParser;
import io.muster.api.fleet.TestFrame;
import io.muster.schema.frame.Section;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsEndpointIT {
  private final ApiNode node = ApiNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void get_beforeTheFirstFrame_reportsTheNodeDown() {
    var response = node.get("/metrics");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-type").orElseThrow()).startsWith("text/plain;");
    assertThat(response.body())
        .contains(
            "all_smi_up{instance=\"node-1\", hostname=\"node-1\"} 0\n",
            "all_smi_build_info{instance=\"node-1\", hostname=\"node-1\", version=\"0.1.0\", ")
        .doesNotContain("all_smi_gpu_");
    StrictExpositionParser.parse(response.body(), ExpositionFormat.TEXT);
  }

  @Test
  void get_severalHosts_isOneWellFormedExposition() {
    node.publish(frame("a").section(Section.MEMORY, memory("a")).build());
    node.publish(frame("b").section(Section.MEMORY, memory("b")).build());

    var exposition =
        StrictExpositionParser.parse(node.get("/metrics").body(), ExpositionFormat.TEXT);

    assertThat(exposition.samples())
        .containsEntry("all_smi_up{hostname=a, instance=a}", "1")
        .containsEntry("all_smi_up{hostname=b, instance=b}", "1")
        .containsEntry(
            "all_smi_gpu_utilization{gpu=H \\\"200\\\"\\n"
                + "\\\\, gpu_index=0, gpu_uuid=GPU-a, instance=a}",
            "87")
        .containsEntry(
            "all_smi_memory_used_bytes{hostname=b, index=0, instance=b}", "15000000000000000");
    assertThat(exposition.types())
        .containsEntry("all_smi_gpu_utilization", "gauge")
        .containsEntry("muster_api_subscribers", "gauge")
        .containsEntry("muster_api_frames_received_total", "counter")
        .containsEntry("muster_api_frames_rejected_total", "counter")
        .containsEntry("muster_api_frames_superseded_total", "counter")
        .containsEntry("muster_api_frames_accepted_total", "counter")
        .containsEntry("muster_api_events_dropped_total", "counter");
  }

  @Test
  void get_frameCounters_addUp() {
    node.publish(frame("a").sequence(1).build());
    node.publish(frame("a").sequence(2).build());
    node.publish(frame("a").sequence(2).build());
    node.publish(frame("b").sequence(1).build());

    assertThat(node.sampleValue("muster_api_frames_received_total")).isEqualTo(4);
    assertThat(node.sampleValue("muster_api_frames_accepted_total")).isEqualTo(3);
    assertThat(node.sampleValue("muster_api_frames_superseded_total")).isEqualTo(1);
    assertThat(node.sampleValue("muster_api_frames_rejected_total{reason=\"malformed\"}")).isZero();
  }

  @Test
  void get_countersOfOtherRoles_areIncluded() {
    Counter.builder("muster.collector.ticks")
        .description("Ticks")
        .register(node.meters())
        .increment();

    assertThat(
            StrictExpositionParser.parse(node.get("/metrics").body(), ExpositionFormat.TEXT)
                .samples())
        .containsEntry("muster_collector_ticks_total{}", "1.0");
  }

  @Test
  void get_byTheNameOfAnotherHost_isThatHostAlone() {
    node.publish(frame("a").section(Section.MEMORY, memory("a")).build());
    node.publish(frame("b").section(Section.MEMORY, memory("b")).build());

    var request = "GET /metrics HTTP/1.1\r\nHost: b:9090\r\nConnection: close\r\n\r\n";
    assertThat(Exchange.sendRaw(node.mainAddress(), request).body())
        .isEqualTo(node.get("/hosts/b/metrics").body())
        .contains("instance=\"b\"")
        .doesNotContain("instance=\"a\"");
  }

  @Test
  void get_silentHost_isDownAndHasNoReadings() {
    node.publish(frame("a").build());
    node.nanos().advance(Duration.ofSeconds(4));
    node.publish(frame("b").build());
    node.nanos().advance(Duration.ofSeconds(3));

    var exposition =
        StrictExpositionParser.parse(node.get("/metrics").body(), ExpositionFormat.TEXT);

    assertThat(exposition.samples())
        .containsEntry("all_smi_up{hostname=a, instance=a}", "0")
        .containsEntry("all_smi_up{hostname=b, instance=b}", "1");
    assertThat(exposition.samples().keySet())
        .noneMatch(key -> key.contains("gpu_uuid=GPU-a"))
        .anyMatch(key -> key.contains("gpu_uuid=GPU-b"));
  }

  @Test
  void get_hostWithUnreadableSections_doesNotHideTheOthers() {
    node.publish(frame("good").build());
    node.publish(TestFrame.of("malformed").section(Section.GPU, "{\"not\":\"a list\"}").build());

    var response = node.get("/metrics");

    assertThat(response.status()).isEqualTo(200);
    assertThat(StrictExpositionParser.parse(response.body(), ExpositionFormat.TEXT).samples())
        .containsEntry("all_smi_up{hostname=malformed, instance=malformed}", "1")
        .containsKey(
            "all_smi_gpu_utilization{gpu=H \\\"200\\\"\\n"
                + "\\\\, gpu_index=0, gpu_uuid=GPU-good, instance=good}")
        .containsEntry("muster_api_scrapes_unreadable_total{}", "1.0");
  }

  @Test
  void head_returnsTheHeadOfAGet() {
    var response = node.send("HEAD", "/metrics");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(Integer.parseInt(response.header("content-length").orElseThrow())).isPositive();
  }

  @Test
  void getHost_isTheExpositionOfThatHostAlone() {
    node.publish(frame("a").build());
    node.publish(frame("b c%/é").build());

    var response = node.get("/hosts/b%20c%25%2F%C3%A9/metrics");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-type").orElseThrow()).startsWith("text/plain;");
    var exposition = StrictExpositionParser.parse(response.body(), ExpositionFormat.TEXT);
    assertThat(exposition.samples())
        .containsEntry("all_smi_up{hostname=b c%/é, instance=b c%/é}", "1");
    assertThat(exposition.samples().keySet())
        .noneMatch(key -> key.contains("instance=a"))
        .noneMatch(key -> key.startsWith("muster_"));
    assertThat(node.send("HEAD", "/hosts/a/metrics").status()).isEqualTo(200);
  }

  @Test
  void getHost_silent_isDown() {
    node.publish(frame("a").build());
    node.nanos().advance(Duration.ofSeconds(8));

    var exposition =
        StrictExpositionParser.parse(node.get("/hosts/a/metrics").body(), ExpositionFormat.TEXT);

    assertThat(exposition.samples()).containsEntry("all_smi_up{hostname=a, instance=a}", "0");
    assertThat(exposition.samples().keySet()).noneMatch(key -> key.contains("gpu_uuid"));
  }

  @Test
  void getHost_unknown_is404WithAReason() {
    node.publish(frame("a").build());

    var response = node.get("/hosts/b/metrics");

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.header("content-type")).contains("text/plain; charset=utf-8");
    assertThat(response.body()).isEqualTo("unknown host 'b'");
  }

  private static TestFrame frame(String host) {
    return TestFrame.of(host).section(Section.GPU, gpu(host));
  }

  private static String gpu(String host) {
    return """
    [{"ane_utilization":0.0,"detail":{"Driver Version":"580.95.05"},"device_type":"GPU",
    "dla_utilization":null,"fan_speed_rpm":null,"frequency":1755,"gpm_metrics":null,
    "gpu_core_count":null,"gsp_firmware_mode":null,"gsp_firmware_version":null,"host_id":"HOST",
    "hostname":"HOST","instance":"HOST","name":"H \\"200\\"\\n\\\\","numa_node_id":null,
    "nvlink_remote_devices":[],"performance_state":0,"power_consumption":412.337,"temperature":54,
    "temperature_threshold_acoustic":null,"temperature_threshold_max_operating":null,
    "temperature_threshold_shutdown":null,"temperature_threshold_slowdown":null,
    "tensorcore_utilization":null,"time":"2026-08-08 21:34:56","total_memory":150754820096,
    "used_memory":68719476736,"utilization":87.0,"uuid":"GPU-HOST"}]
    """
        .strip()
        .replace("HOST", host);
  }

  private static String memory(String host) {
    return """
    [{"index":0,"host_id":"HOST","hostname":"HOST","instance":"HOST","total_bytes":30000000000000000,
    "used_bytes":15000000000000000,"utilization":50.0,"time":"2026-08-08 21:34:56"}]
    """
        .strip()
        .replace("HOST", host);
  }
}
