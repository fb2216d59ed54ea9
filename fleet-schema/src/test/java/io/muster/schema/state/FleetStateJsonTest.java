package io.muster.schema.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.gpu.GpuState;
import io.muster.schema.state.FleetStateJson.StateChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FleetStateJsonTest {
  private static final StateHead HEAD =
      new StateHead("5f3a", 7, Instant.parse("2026-08-08T12:34:56.789Z"));

  @Test
  void state_containsFactsAndValuesOfEachHost() {
    var json = text(FleetStateJson.encodeState(HEAD, List.of(host(3), silentHost(4))));

    assertThat(json)
        .isEqualTo(
            """
            {"v":1,"type":"state","epoch":"5f3a","seq":7,"at":"2026-08-08T12:34:56.789000Z",\
            "host_states":["ok","degraded","stale","silent","maintenance"],\
            "gpu_states":["ok","degraded","lost","reset_required","hung","unreadable",\
            "no_permission","asleep"],\
            "hosts":[{"client_id":"6e1131b4b9cc454aa6ce3294ab860b2d","gpus":[\
            {"memory_total_mib":81559,"name":"NVIDIA H100","power_limit_watts":700,\
            "slowdown_celsius":89,"uuid":"GPU-1"},\
            {"memory_total_mib":null,"name":"NVIDIA H100","power_limit_watts":null,\
            "slowdown_celsius":null,"uuid":"GPU-2"}],\
            "host":"gpu-3","id":3,"interval_ms":3000,"origin":"hardware"},\
            {"client_id":"6e1131b4b9cc454aa6ce3294ab860b2d","gpus":[],\
            "host":"gpu-4","id":4,"interval_ms":1000,"origin":"simulated"}],\
            "values":[[3,[1,12,41],[0,87,65536,412,54,2,null,null,null,null]],\
            [4,[3,null,7,1786192496],[]]]}""");
  }

  @Test
  void change_containsWhatDiffers() {
    var change = new StateChange(List.of(), List.of(9, 2), List.of(host(3)));

    assertThat(text(FleetStateJson.encodeChange(HEAD, 5, change)))
        .isEqualTo(
            """
            {"v":1,"type":"tick","from":5,"seq":7,"at":"2026-08-08T12:34:56.789000Z",\
            "hosts":[],"gone":[9,2],\
            "values":[[3,[1,12,41],[0,87,65536,412,54,2,null,null,null,null]]]}""");
  }

  @Test
  void change_ofAWholeFleet_hasAtMost25BytesForEachGpu() {
    var hosts = new ArrayList<FleetHost>();
    for (int id = 1; id <= 1_000; id++) {
      var gpu = gpu(GpuState.OK, 100, 143_771, 1_000, 100); // The longest numbers of a large GPU.
      hosts.add(
          FleetHost.of(
              new HostFacts(id, "gpu-" + id, "c", HostOrigin.HARDWARE, 3_000, List.of()),
              new HostSummary(
                  HostState.OK,
                  OptionalInt.of(100),
                  OptionalInt.of(100),
                  Optional.empty(),
                  List.of(gpu, gpu, gpu, gpu, gpu, gpu, gpu, gpu))));
    }
    var change = new StateChange(List.of(), List.of(), hosts);

    assertThat(FleetStateJson.encodeChange(HEAD, 6, change).length).isLessThan(25 * 8_000);
  }

  private static FleetHost host(int id) {
    var known =
        new GpuFacts(
            "GPU-1",
            "NVIDIA H100",
            OptionalInt.of(81_559),
            OptionalInt.of(700),
            OptionalInt.of(89));
    var unknown =
        new GpuFacts(
            "GPU-2", "NVIDIA H100", OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
    return FleetHost.of(
        facts(id, HostOrigin.HARDWARE, 3_000, List.of(known, unknown)),
        new HostSummary(
            HostState.DEGRADED,
            OptionalInt.of(12),
            OptionalInt.of(41),
            Optional.empty(),
            List.of(
                gpu(GpuState.OK, 87, 65_536, 412, 54), GpuSummary.withoutReadings(GpuState.LOST))));
  }

  private static FleetHost silentHost(int id) {
    return FleetHost.of(
        facts(id, HostOrigin.SIMULATED, 1_000, List.of()),
        new HostSummary(
            HostState.SILENT,
            OptionalInt.empty(),
            OptionalInt.of(7),
            Optional.of(Instant.ofEpochSecond(1_786_192_496L, 999_000_000)),
            List.of()));
  }

  private static HostFacts facts(int id, HostOrigin origin, long intervalMs, List<GpuFacts> gpus) {
    return new HostFacts(
        id, "gpu-" + id, "6e1131b4b9cc454aa6ce3294ab860b2d", origin, intervalMs, gpus);
  }

  private static GpuSummary gpu(
      GpuState state, int utilization, int usedMib, int watts, int celsius) {
    return new GpuSummary(
        state,
        OptionalInt.of(utilization),
        OptionalInt.of(usedMib),
        OptionalInt.of(watts),
        OptionalInt.of(celsius));
  }

  private static String text(byte[] json) {
    return new String(json, UTF_8);
  }
}
